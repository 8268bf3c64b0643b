"""The Workplace Learning Toolkit: a grid of floors and rooms.

A floor says what kind of code it is, a room says what it is about, and a room has the same
name on every floor: ``toolkit/<floor>/<room>.py``. Ask one question to find the floor:

* When is it allowed, what counts, how much? ``toolkit/rules``
* What do we remember? ``toolkit/models``
* What happens, in which order, in one transaction? ``toolkit/services``
* What address, which form, which page, who may knock? ``toolkit/web``

Importing a rule never loads Flask: keep this file a docstring.
"""
