# The image of the emulator, for those who build with docker, podman or buildah:
#
#     docker build --build-arg REVISION="$(git rev-parse HEAD)" --tag azureai-emulator .
#
# `cargo xtask image` writes the same image without an engine. The base image is pinned by its tag:
# pin it by its digest where you build for others.
ARG RUST=docker.io/library/rust:1.88-bookworm
FROM ${RUST} AS build
WORKDIR /source
COPY . .
RUN cargo xtask image --root /root-of-image

FROM scratch
COPY --from=build /root-of-image/ /
ARG REVISION=unknown
LABEL org.opencontainers.image.title="azureai-emulator" \
      org.opencontainers.image.description="Emulates Azure Resource Manager for offline tests of Terraform modules" \
      org.opencontainers.image.source="https://github.com/azureai/terraform-provider-azureai" \
      org.opencontainers.image.licenses="MPL-2.0" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${REVISION}"
# A port of the container reaches only programs that listen on all addresses.
ENV AZUREAI_EMULATOR_LISTEN=0.0.0.0:8443 \
    AZUREAI_EMULATOR_BOOTSTRAP=0.0.0.0:8080
EXPOSE 8080/tcp 8443/tcp
USER 65532:65532
WORKDIR /
STOPSIGNAL SIGTERM
ENTRYPOINT ["/azureai-emulator"]
