package dev.weir.schemas;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.schemas.TargetState.Outcome;
import dev.weir.schemas.TargetState.Scraped;
import dev.weir.schemas.avro.AvroCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.schemas.avro.TextCache;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.avro.Schema;

/// Writes and reads [TargetState].
final class TargetStateCodec implements AvroCodec<TargetState> {
  static final Schema SCHEMA = RecordSchema.load("target-state.avsc");
  static final int VERSION = 1;

  private final TextCache texts = new TextCache(1 << 10);

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public void write(TargetState state, AvroWriter out) {
    out.writeLong(VERSION);
    out.writeString(state.tenant().name());
    out.writeString(state.scrapePool());
    out.writeString(state.target());
    out.writeString(state.member());
    LabelsCodec.write(state.discoveredLabels(), out);
    out.writeLong(state.scraped().isPresent() ? 1 : 0);
    state.scraped().ifPresent(scraped -> write(scraped, out));
  }

  private static void write(Scraped scraped, AvroWriter out) {
    LabelsCodec.write(scraped.labels(), out);
    out.writeString(scraped.scrapeUrl());
    out.writeString(scraped.globalUrl());
    out.writeLong(scraped.interval().toMillis());
    out.writeLong(scraped.timeout().toMillis());
    out.writeLong(scraped.lastScrape().isPresent() ? 1 : 0);
    scraped.lastScrape().ifPresent(outcome -> write(outcome, out));
  }

  private static void write(Outcome outcome, AvroWriter out) {
    out.writeLong(outcome.started().toEpochMilli());
    out.writeLong(outcome.duration().toNanos());
    out.writeString(outcome.error());
  }

  @Override
  public TargetState read(AvroReader in) {
    MessageVersion.check(in, SCHEMA, VERSION);
    return new TargetState(
        new Tenant(in.readString(texts)),
        in.readString(texts),
        in.readString(),
        in.readString(texts),
        LabelsCodec.read(in, texts),
        in.readIndex(2, "branch of scraped") == 0
            ? Optional.empty()
            : Optional.of(readScraped(in)));
  }

  private Scraped readScraped(AvroReader in) {
    Labels labels = LabelsCodec.read(in, texts);
    return new Scraped(
        labels,
        in.readString(),
        in.readString(),
        Duration.ofMillis(in.readLong()),
        Duration.ofMillis(in.readLong()),
        in.readIndex(2, "branch of lastScrape") == 0
            ? Optional.empty()
            : Optional.of(readOutcome(in)));
  }

  private static Outcome readOutcome(AvroReader in) {
    return new Outcome(
        Instant.ofEpochMilli(in.readLong()), Duration.ofNanos(in.readLong()), in.readString());
  }
}
