"""The tables of the shop. Read-only for visitors: its content comes with the migrations."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Avg, Count, Value
from django.urls import reverse

from samples.shop.slow import Sleep


class Category(models.Model):
    """A department of the shop."""

    name = models.CharField(max_length=60)
    slug = models.SlugField(unique=True)

    objects: ClassVar[models.Manager[Category]] = models.Manager()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the department's page."""
        return reverse("category", args=[self.slug])


class ProductQuerySet(models.QuerySet["Product"]):
    """Questions that several views ask about products."""

    def rated(self) -> ProductQuerySet:
        """Add the number of reviews and their mean, and the department without a second query."""
        products: ProductQuerySet = self.select_related("category").annotate(
            reviewed=Count("reviews"), rating=Avg("reviews__stars")
        )
        return products

    def slowed(self, seconds: float) -> ProductQuerySet:
        """Make the database take `seconds` for each product that is found."""
        products: ProductQuerySet = self.annotate(slept=Sleep(Value(seconds)))
        return products


class Product(models.Model):
    """Something to buy; the price in whole cents, as money should be."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=80)
    slug = models.SlugField(unique=True)
    description = models.TextField()
    price_cents = models.PositiveIntegerField()

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the product's page."""
        return reverse("product", args=[self.slug])

    @property
    def price(self) -> str:
        """The price as people read it."""
        return f"{self.price_cents / 100:.2f}"


class Review(models.Model):
    """What one customer said, with one to five stars."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    author = models.CharField(max_length=60)
    stars = models.PositiveSmallIntegerField()
    text = models.TextField()

    objects: ClassVar[models.Manager[Review]] = models.Manager()

    class Meta:
        ordering: ClassVar = ["-stars", "author"]

    def __str__(self) -> str:
        return f"{self.author}: {self.stars} stars"
