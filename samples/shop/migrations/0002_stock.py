"""Fills the shelves, so that the shop is worth looking at on the first start."""

from django.db import migrations

STOCK = {
    ("Kitchen", "kitchen"): [
        ("Teapot", "teapot", 3490, "Stoneware, holds one litre. The lid stays on while you pour."),
        ("Bread knife", "bread-knife", 2250, "A long serrated blade that does not crush the loaf."),
        ("Enamel mug", "enamel-mug", 990, "Survives the camp fire and the dishwasher."),
        ("Cast-iron pan", "cast-iron-pan", 4590, "Heavy, honest, and better every year."),
    ],
    ("Garden", "garden"): [
        ("Watering can", "watering-can", 2890, "Galvanised, with a fine brass rose."),
        ("Hand trowel", "hand-trowel", 1490, "Forged steel on an ash handle."),
        ("Garden twine", "garden-twine", 590, "Sixty metres of green jute."),
        ("Seed box", "seed-box", 1990, "A drawer for each month of the year."),
    ],
    ("Desk", "desk"): [
        ("Fountain pen", "fountain-pen", 3900, "A steel nib that forgives a heavy hand."),
        ("Dot-grid notebook", "notebook", 1290, "Lies flat; the paper takes ink well."),
        ("Desk lamp", "desk-lamp", 6900, "Warm light, and an arm that stays where you put it."),
        ("Pencil sharpener", "pencil-sharpener", 790, "Brass, German, and sharper than it looks."),
    ],
}

OPINIONS = [
    ("Ada", 5, "Exactly what I was looking for."),
    ("Grace", 4, "Well made. It took me a day to get used to it."),
    ("Edsger", 3, "Does what it says, and nothing more."),
    ("Barbara", 5, "I bought a second one for my sister."),
    ("Donald", 2, "Mine arrived with a scratch."),
]


def fill(apps, schema_editor):
    Category = apps.get_model("shop", "Category")
    Product = apps.get_model("shop", "Product")
    Review = apps.get_model("shop", "Review")
    number = 0
    for (name, slug), products in STOCK.items():
        category = Category.objects.create(name=name, slug=slug)
        for title, title_slug, cents, text in products:
            product = Product.objects.create(
                category=category, name=title, slug=title_slug, price_cents=cents, description=text
            )
            number += 1
            for author, stars, opinion in OPINIONS[number % 3 : number % 3 + 2 + number % 2]:
                Review.objects.create(product=product, author=author, stars=stars, text=opinion)


def empty(apps, schema_editor):
    apps.get_model("shop", "Product").objects.all().delete()
    apps.get_model("shop", "Category").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunPython(fill, empty)]
