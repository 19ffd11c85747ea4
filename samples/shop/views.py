"""The pages a visitor sees: the home page, a department, a product."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from samples.shop.models import Category, Product


def home(request: HttpRequest) -> HttpResponse:
    """Show the best rated products."""
    best = Product.objects.rated().order_by("-rating", "name")[:6]
    return render(request, "shop/home.html", {"products": best})


def category(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the products of one department."""
    shown = get_object_or_404(Category, slug=slug)
    products = Product.objects.rated().filter(category=shown)
    return render(request, "shop/products.html", {"category": shown, "products": products})


def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one product and what customers said about it."""
    return render(request, "shop/product.html", {"product": get_object_or_404(Product.objects.rated(), slug=slug)})
