"""What the stores know: documents about their goods, the same on every machine."""

import random

CURRENCIES = {
    "SE": "SEK", "DK": "DKK", "PL": "PLN", "US": "USD", "CA": "CAD", "MX": "MXN", "BR": "BRL", "JP": "JPY",
    "AU": "AUD", "SG": "SGD", "NZ": "NZD", "KR": "KRW",
}
PER_EUR = {
    "EUR": 1, "SEK": 11.2, "DKK": 7.46, "PLN": 4.3, "USD": 1.1, "CAD": 1.5, "MXN": 20, "BRL": 6, "JPY": 165,
    "AUD": 1.7, "SGD": 1.45, "NZD": 1.85, "KRW": 1500,
}
DEPARTMENTS = {
    "bakery": ["sourdough bread", "rye bread", "croissants", "bagels", "baguette", "cinnamon rolls"],
    "dairy": ["oat milk", "whole milk", "butter", "greek yoghurt", "mozzarella", "cheddar", "kefir"],
    "fruit and vegetables": ["bananas", "apples", "tomatoes", "spinach", "carrots", "avocados", "lemons", "potatoes"],
    "drinks": ["orange juice", "sparkling water", "green tea", "coffee beans", "ginger beer", "apple cider"],
    "pantry": ["basmati rice", "spaghetti", "olive oil", "chickpeas", "peanut butter", "honey", "soy sauce", "flour"],
    "frozen": ["garden peas", "vanilla ice cream", "fish fingers", "pizza margherita", "mixed berries"],
    "household": ["dish soap", "washing powder", "kitchen roll", "light bulbs", "batteries", "candles", "bin bags"],
    "personal care": ["toothpaste", "shampoo", "hand cream", "sunscreen", "plasters", "shower gel"],
    "pets": ["cat food", "dog biscuits", "cat litter", "bird seed"],
}
KINDS = ["basic", "organic", "family", "premium", "small", "value", "local"]
BRANDS = ["Havre", "Nordlys", "Casa Verde", "Millstone", "Umi", "Blue Gum", "Riverside", "Tolv"]
DAYS = ["Monday to Saturday", "Monday to Friday", "every day"]


def documents_of(store):
    """The documents of a store: opening hours, returns, and one for each article, as (id, store, title, body)."""
    dice = random.Random(f"goods of {store['id']}")
    currency = CURRENCIES.get(store["country"], "EUR")
    opens, closes = dice.choice([7, 8, 9]), dice.choice([19, 20, 21, 22])
    texts = [
        ("Opening hours", f"{store['name']} is open {dice.choice(DAYS)} from {opens:02d}:00 to {closes}:00."),
        ("Returns", f"{store['name']} takes goods back within {dice.choice([14, 30, 60])} days, with the receipt."),
    ]
    articles = [
        (department, article, kind)
        for department, names in DEPARTMENTS.items() for article in names for kind in KINDS
    ]
    for department, article, kind in dice.sample(articles, int(store["documents"]) - len(texts)):
        price = dice.randint(79, 1899) / 100 * PER_EUR[currency]
        stock = dice.randint(0, 140)
        texts.append((
            f"{article.capitalize()}, {kind}",
            f"{article.capitalize()}, {kind} ({dice.choice(BRANDS)}) is in {department}, aisle {dice.randint(1, 18)}, "
            f"shelf {dice.choice('ABCDEF')}. In stock: {stock}. Price: {price:.2f} {currency}. "
            f"Article {dice.randrange(10**12, 10**13)}.",
        ))
    return [(f"{store['id']}-{n:04d}", store["id"], title, body) for n, (title, body) in enumerate(texts, 1)]


def question_of(store, documents):
    """A question about one article of the store, and the document that has the answer."""
    dice = random.Random(f"question about {store['id']}")
    document, _, title, _ = dice.choice(documents[2:])
    return f"Where do I find {title.lower()}?", document
