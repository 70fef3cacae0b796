"""Les exclusions prononcées, les contestations, et ce que le rejeu en retient (SLA-8)."""
