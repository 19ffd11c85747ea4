# One image for every part that is Python: the dashboard, and each observed server by `manage.py serve NAME`.
# BASE is any Debian or Ubuntu with Python 3.11 or newer. All parts run on the distribution's own Python, since its
# mod_wsgi embeds that one.
ARG BASE=debian:trixie-slim
FROM ${BASE}

RUN apt-get update \
    && apt-get install --yes --no-install-recommends apache2 libapache2-mod-wsgi-py3 nginx python3-venv redis-server \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python3 -m venv /opt/gatescope
ENV PATH=/opt/gatescope/bin:$PATH

WORKDIR /gatescope
COPY requirements.lock ./
RUN python -m pip install --requirement requirements.lock "psycopg[binary]>=3.2"

# Nobody's account: what runs here may write its data and nothing else.
RUN useradd --uid 10001 --no-create-home gatescope && mkdir /data && chown gatescope /data
COPY manage.py ./
COPY gatescope gatescope
COPY probes probes
COPY samples samples
COPY dashboard dashboard
COPY templates templates
COPY static static

USER gatescope
ENV GATESCOPE_DATA=/data
EXPOSE 8000 8484
CMD ["python", "manage.py", "demo", "--host", "0.0.0.0"]
