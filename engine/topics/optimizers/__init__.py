"""How do optimizers move weights, which is best, and what do they cost?"""
