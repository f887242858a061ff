"""What a van may carry beside its goods, and what a place may ask for. Plain words to store."""

from django.db import models


class Equipment(models.TextChoices):
    TAIL_LIFT = "tail_lift"
    STAIRS_TROLLEY = "stairs_trolley"
    HAND_CART = "hand_cart"
    TWO_PEOPLE = "two_people"


# Of a road vehicle and of an entrance, in centimetres; 0 where nobody has measured a van.
LOWEST_CM, HIGHEST_CM = 100, 450
