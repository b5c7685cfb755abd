"""What did each column do for an answer, and how far can one believe it?"""
