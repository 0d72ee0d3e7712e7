# declass in a container: the pinned Python packages in one layer, Debian's Tesseract and Poppler in another.
# It runs as nobody in particular, on a read-only root and without a network; docs/scale.md says how.

FROM python:3.13-slim-bookworm AS build
WORKDIR /build
COPY constraints.txt ./
RUN pip install --no-cache-dir --constraint constraints.txt hatchling && python -m venv /opt/declass
COPY pyproject.toml README.md LICENSE ./
COPY pipeline ./pipeline
COPY corrections ./corrections
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir dist . && \
    set -- dist/*.whl && \
    /opt/declass/bin/pip install --no-cache-dir --constraint constraints.txt "$1[second-reader,pdf,parquet,review,cluster]"

FROM python:3.13-slim-bookworm
RUN apt-get update && \
    apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd poppler-utils && \
    rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/declass /opt/declass
COPY corrections /data/corrections
RUN mkdir /data/scans /data/output && chown 10001:10001 /data/output /data/corrections/local
ENV PATH=/opt/declass/bin:$PATH PYTHONDONTWRITEBYTECODE=1
WORKDIR /data
VOLUME ["/data/scans", "/data/output", "/data/corrections/local"]
USER 10001:10001
ENTRYPOINT ["declass"]
CMD ["--help"]
