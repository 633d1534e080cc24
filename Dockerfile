# 绩衡: one image for the web process and the worker. Build: docker build -t jiheng .
# Front-end files and Python packages come by their lock files, each checked against its digest.

FROM node:22-bookworm-slim AS frontend
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-bookworm AS packages
WORKDIR /opt/jiheng
RUN python -m venv .venv
COPY requirements.lock ./
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/opt/jiheng PATH=/opt/jiheng/.venv/bin:$PATH \
    JIHENG_DATA=/var/lib/jiheng JIHENG_LOG_JSON=1
RUN useradd --system --uid 10001 --home-dir /var/lib/jiheng --shell /usr/sbin/nologin jiheng \
    && install -d -o jiheng -g jiheng -m 0750 /var/lib/jiheng
WORKDIR /opt/jiheng
COPY --from=packages /opt/jiheng/.venv .venv
COPY --from=frontend /build/node_modules node_modules
COPY pyproject.toml manage.py LICENSE README.md ./
COPY jiheng jiheng
USER jiheng
VOLUME /var/lib/jiheng
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "jiheng.site.probe", "web"]
CMD ["python", "-m", "jiheng.site.cli", "serve", "--host", "0.0.0.0", "--port", "8000"]
