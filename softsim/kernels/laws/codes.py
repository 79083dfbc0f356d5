"""Codes by which kernels tell the material laws apart."""

NEO_HOOKEAN = 0
SPLIT_NEO_HOOKEAN = 1
MOONEY_RIVLIN = 2
EXTENDED_MOONEY = 3
YEOH = 4
OGDEN = 5
VERONDA_WESTMANN = 6
