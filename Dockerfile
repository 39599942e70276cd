# Two ways to the same image:
#   docker build -t rollcall .                      compiles in a container
#   docker build -t rollcall --target prebuilt .    takes target/release/rollcall as it lies here (built on Debian 12 or older)

FROM debian:bookworm-slim AS base
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin rollcall \
    && install -d -o rollcall -g rollcall -m 0700 /data
USER 10001:10001
WORKDIR /data
VOLUME /data
ENV ROLLCALL_LISTEN=0.0.0.0:8080 \
    ROLLCALL_DATABASE_URL=sqlite:///data/rollcall.db
EXPOSE 8080
# The image has no HTTP client; bash can open a socket.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["rollcall"]
CMD ["serve"]

FROM base AS prebuilt
COPY target/release/rollcall /usr/local/bin/rollcall

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY migrations migrations
COPY static static
COPY templates templates
COPY crates crates
RUN cargo build --release --locked --package rollcall

FROM base
COPY --from=build /src/target/release/rollcall /usr/local/bin/rollcall
