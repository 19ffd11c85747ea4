# One image for every part that is Python: the dashboard, and each observed server by `manage.py serve NAME`.
# BASE is any image with Python 3.11 or newer as `python`, and pip.
ARG BASE=python:3.13-slim
FROM ${BASE}

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /gatescope
COPY requirements.lock ./
RUN python -m pip install --requirement requirements.lock "psycopg[binary]>=3.2"

# Nobody's account: what runs here may write its data and nothing else.
RUN useradd --uid 10001 --no-create-home gatescope && mkdir /data && chown gatescope /data
COPY manage.py ./
COPY probes probes
COPY samples samples
COPY dashboard dashboard
COPY templates templates
COPY static static

USER gatescope
ENV GATESCOPE_DATA=/data
VOLUME /data
EXPOSE 8000
CMD ["python", "manage.py", "demo", "--host", "0.0.0.0"]
