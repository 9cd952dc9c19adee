#!/usr/bin/env python3
"""Counts what Django REST Framework's classes ask the database for to find out who is asking.

One request, already signed in, for each class: the framework's own TokenAuthentication, and the two classes of Simple
JWT, JWTAuthentication and JWTStatelessUserAuthentication. The database is SQLite in memory. The versions and the
queries go to standard output as JSON.

On Debian: apt install python3-django python3-djangorestframework python3-djangorestframework-simplejwt
           /usr/bin/python3 drf_same_lookup.py
With pip:  pip install django djangorestframework djangorestframework-simplejwt
"""

import json
import platform
import sys

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="only for this measurement, which signs nothing else",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "rest_framework.authtoken"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

import rest_framework
import rest_framework_simplejwt
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication, JWTStatelessUserAuthentication
from rest_framework_simplejwt.tokens import AccessToken

call_command("migrate", verbosity=0)
mina = User.objects.create_user("mina", password="correct horse battery")
opaque = "Token " + Token.objects.create(user=mina).key
signed = "Bearer " + str(AccessToken.for_user(mina))


def queries(authentication, credential):
    """The queries of one request for who is asking."""

    class Me(APIView):
        authentication_classes = [authentication]
        permission_classes = [IsAuthenticated]

        def get(self, request):
            return Response({"id": request.user.id})

    view = Me.as_view()
    with CaptureQueriesContext(connection) as captured:
        response = view(APIRequestFactory().get("/me", HTTP_AUTHORIZATION=credential))
    if response.status_code != 200 or int(response.data["id"]) != mina.id:
        sys.exit(f"{authentication.__name__}: status {response.status_code}")
    return [q["sql"].split(" WHERE ")[0].partition(" FROM ")[2].replace('"', "") for q in captured.captured_queries]


measured = {
    "python": platform.python_version(),
    "django": django.get_version(),
    "djangorestframework": rest_framework.VERSION,
    "simplejwt": rest_framework_simplejwt.__version__,
    "queries": {
        c.__name__: queries(c, credential)
        for c, credential in [(TokenAuthentication, opaque), (JWTAuthentication, signed), (JWTStatelessUserAuthentication, signed)]
    },
}
json.dump(measured, sys.stdout, indent=2)
print()
