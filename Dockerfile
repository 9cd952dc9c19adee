# Builds with or without BuildKit. The result holds one static program and no shell, and runs as nobody.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/twodoors ./cmd/twodoors
# Folders that volumes are laid over: a new volume takes their owner, and the mode that the keys folder must have.
RUN mkdir -p /out/var/twodoors/data /out/var/twodoors/keys /out/var/twodoors/secrets /out/var/twodoors/redis && chmod 700 /out/var/twodoors/keys

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/twodoors /usr/local/bin/twodoors
COPY --from=build --chown=65532:65532 /out/var/ /var/
WORKDIR /var/twodoors
USER 65532:65532
ENV TWODOORS_ADDR=0.0.0.0:8080 \
    TWODOORS_DATABASE=sqlite:data/twodoors.db \
    TWODOORS_KEYS=keys
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 CMD ["twodoors", "healthcheck"]
ENTRYPOINT ["twodoors"]
