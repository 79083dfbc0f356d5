"""The strip of elements under large strain: elements, contact with the outline, histories."""
