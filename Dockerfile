# Park Atlas as a container: docs/operations.md, docs/operations.zh.md.
#   docker build -t park-atlas .
#   docker run --rm -p 8501:8501 --read-only --tmpfs /tmp park-atlas
FROM python:3.12-slim

# 1: Chromium and a Chinese font as well, for PNG and PDF (about 400 MB more).
ARG WITH_BROWSER=0
RUN if [ "$WITH_BROWSER" = "1" ]; then \
        apt-get update \
        && apt-get install --yes --no-install-recommends chromium fonts-noto-cjk \
        && rm -rf /var/lib/apt/lists/*; \
    fi

WORKDIR /app
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

COPY app.py serve.py LICENSE ./
COPY .streamlit/config.toml .streamlit/config.toml
COPY geo geo
COPY layers layers
COPY views views
COPY data data
COPY docs/user-guide.zh.md docs/user-guide.en.md docs/
COPY docs/images docs/images
RUN python -m compileall -q geo layers views

# The files stay root's: the app writes nothing but its cache and its temporary files.
RUN useradd --create-home --uid 10001 atlas
USER atlas
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PARK_ATLAS_CACHE=/tmp/park-atlas-cache \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_SERVER_HEADLESS=true
EXPOSE 8501
# Says that the data can be read, not only that the server lives.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['STREAMLIT_SERVER_PORT'] + '/healthz', timeout=8)"]
CMD ["python", "-m", "streamlit", "run", "serve.py"]
