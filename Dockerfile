# syntax=docker/dockerfile:1
# One image for every role; the arguments are those of the command `weir`:
#
#   docker build -t weir .
#   docker run --rm -p 9090:9090 weir                          # everything, with an embedded broker
#   docker run --rm weir run sink --kafka kafka:9092 --listen :9090

FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    ./mvnw -B package -pl standalone -am --no-transfer-progress \
      -Dfast -Dmaven.test.skip=true -Dspotless.check.skip=true

# Ubuntu, with glibc: the native libraries of RocksDB, zstd and snappy need it.
FROM eclipse-temurin:25-jre
RUN groupadd --gid 10001 weir \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/weir \
      --shell /usr/sbin/nologin weir \
    && install -d -o 10001 -g 10001 /var/lib/weir
COPY --from=build /src/standalone/target/weir /opt/weir
# By number, so that Kubernetes can tell that it is not root.
USER 10001:10001
# What `weir run` keeps by default is in ./data.
WORKDIR /var/lib/weir
VOLUME /var/lib/weir
EXPOSE 9090
ENTRYPOINT ["/opt/weir/bin/weir"]
CMD ["run", "--listen=:9090"]
