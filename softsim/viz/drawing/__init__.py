"""What every picture needs: styles and colours, words and units, layers, a result at one time.

This room enters no other room of `softsim.viz`.
"""
