"""Writes payments of which some are fraud, to try the pipeline on: make_payments.py FOLDER"""

import csv
import os
import random
import sys

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
dice = random.Random(7)
with open(os.path.join(folder, "payments.csv"), "w", newline="") as out:
    rows = csv.writer(out)
    rows.writerow(["customer", "seconds", "amount", "fraud"])
    for n in range(6000):
        customer = dice.randrange(200)
        fraud = int(dice.random() < 0.05)
        amount = dice.lognormvariate(3 + customer % 5 / 5, 0.4) * (4 if fraud and dice.random() < 0.8 else 1)
        rows.writerow([customer, n * 60 + dice.randrange(60), round(amount, 2), fraud])
