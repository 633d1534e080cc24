"""Face-to-face review sessions: agenda, slots, decisions on the spot, minutes, the big screen."""
