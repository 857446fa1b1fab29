package dev.weir.standalone.blocks;

import dev.weir.blocks.exchange.WorkFiles;
import dev.weir.blocks.tsdb.TsdbBlock;
import dev.weir.blocks.tsdb.TsdbBlockWriter;
import dev.weir.blocks.tsdb.TsdbMeta;
import dev.weir.blocks.tsdb.Ulid;
import dev.weir.collectors.exposition.ExpositionException;
import dev.weir.collectors.exposition.ExpositionFormat;
import dev.weir.collectors.exposition.ExpositionReader;
import dev.weir.model.AbsentValue;
import dev.weir.model.AcceptedTimes;
import dev.weir.model.IoErrorText;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/// OpenMetrics text, turned into a block of Prometheus's that is there until this is closed: text
/// has its samples in the order of families, and an import wants them by group. Memory holds labels
/// and the chunks that are begun in one family.
final class OpenMetricsBlock implements AutoCloseable {
  /// Series of one family that are open at a time; the others are closed, and may be opened again.
  private static final int MAX_OPEN = 20_000;

  private final Path directory;
  private final TsdbBlock block;
  private final Map<String, MetricType> types;
  private final String source;
  private final long exemplars;

  private OpenMetricsBlock(
      Path directory,
      TsdbBlock block,
      Map<String, MetricType> types,
      String source,
      long exemplars) {
    this.directory = directory;
    this.block = block;
    this.types = types;
    this.source = source;
    this.exemplars = exemplars;
  }

  /// @param work where the block is made
  /// @throws WeirException.BadData if the file is no such text, or has samples that are later than
  ///   [AcceptedTimes#MAX_AHEAD] from now; the message names the line
  static OpenMetricsBlock read(Path file, WorkFiles work, InstantSource clock, ProgressBar bar) {
    Path directory = work.next();
    boolean done = false;
    try (InputStream bytes = Files.newInputStream(file);
        DigestInputStream digested = new DigestInputStream(bytes, sha256());
        TsdbBlockWriter writer = new TsdbBlockWriter(directory, Ulid.of(0, new SecureRandom()))) {
      bar.label("reading " + file.getFileName());
      long size = Files.size(file);
      Reading reading = new Reading(writer, AcceptedTimes.at(clock.millis()).maxMillis());
      OpenMetricsLines lines = new OpenMetricsLines(file, digested);
      ExpositionReader reader = ExpositionFormat.OPEN_METRICS.reader();
      while (lines.next()) {
        bar.at(lines.bytesRead(), size);
        read(lines, reader, reading);
      }
      reading.closeAll();
      if (writer.samples() == 0) {
        throw new WeirException.BadData("%s: has no samples".formatted(file));
      }
      TsdbMeta meta = writer.finish();
      String hash = HexFormat.of().formatHex(digested.getMessageDigest().digest());
      OpenMetricsBlock made =
          new OpenMetricsBlock(
              directory,
              new TsdbBlock(directory.resolve(meta.ulid().text())),
              reading.types,
              "openmetrics/" + hash,
              reading.exemplars);
      done = true;
      return made;
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be read: %s".formatted(file, IoErrorText.of(e)), e);
    } finally {
      if (!done) {
        WorkFiles.remove(directory);
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new WeirException.Internal("every Java has SHA-256", e);
    }
  }

  /// Reads the lines that are present.
  private static void read(OpenMetricsLines lines, ExpositionReader reader, Reading reading) {
    reader.start(lines.bytes(), lines.length());
    long entries = 0;
    try {
      for (ExpositionReader.Entry entry = reader.next();
          entry != ExpositionReader.Entry.END;
          entry = reader.next()) {
        reading.add(entry, reader);
        entries++;
      }
    } catch (ExpositionException e) {
      throw lines.problem(entries, inOneLine(lines.alone(entries), e));
    } catch (WeirException.BadData e) {
      throw lines.problem(entries, e.getMessage(), e);
    }
  }

  /// What is wrong with a line, with the column where it is; the reader counts lines of what it is
  /// given.
  private static String inOneLine(byte[] line, ExpositionException inPiece) {
    ExpositionReader reader = ExpositionFormat.OPEN_METRICS.reader();
    reader.start(line, line.length);
    try {
      if (reader.next() == ExpositionReader.Entry.SAMPLE) {
        reader.labels();
      }
      return String.valueOf(inPiece.getMessage());
    } catch (ExpositionException e) {
      return String.valueOf(e.getMessage()).replaceFirst("^line 1, ", "");
    }
  }

  /// What was read so far.
  private static final class Reading {
    private final TsdbBlockWriter writer;
    private final long latestMillis;
    private final Map<Labels, TsdbBlockWriter.Series> open = new HashMap<>();
    private final Map<String, MetricType> types = new HashMap<>();
    private String family = "";
    private MetricType type = MetricType.UNKNOWN;
    private long exemplars;

    /// @param latestMillis a later sample is refused
    Reading(TsdbBlockWriter writer, long latestMillis) {
      this.writer = writer;
      this.latestMillis = latestMillis;
    }

    void add(ExpositionReader.Entry entry, ExpositionReader reader) throws ExpositionException {
      switch (entry) {
        case SAMPLE -> addSample(reader);
        case TYPE -> {
          begin(reader.name());
          type = reader.type();
        }
        case HELP, UNIT -> {
          if (!reader.name().equals(family)) {
            begin(reader.name());
          }
        }
        case END -> throw new IllegalStateException("the end is no entry to add");
      }
    }

    private void begin(String newFamily) {
      if (!newFamily.equals(family)) {
        closeAll();
        family = newFamily;
        type = MetricType.UNKNOWN;
      }
    }

    private void addSample(ExpositionReader reader) throws ExpositionException {
      long millis = reader.timestampMillis();
      if (millis == ExpositionReader.NO_TIMESTAMP) {
        throw new WeirException.BadData(
            "the sample has no timestamp; samples to import have one, in seconds");
      }
      if (millis > latestMillis) {
        throw new WeirException.BadData(
            "the sample's time %s is in the future, %s; timestamps of OpenMetrics text are in seconds"
                .formatted(
                    new BigDecimal(millis).movePointLeft(3).stripTrailingZeros().toPlainString(),
                    Instant.ofEpochMilli(millis)));
      }
      Labels labels = reader.labels();
      TsdbBlockWriter.Series series = open.get(labels);
      if (series == null) {
        if (open.size() == MAX_OPEN) {
          closeAll();
        }
        series = writer.open(labels);
        open.put(labels, series);
        String name = labels.metricName();
        if (name.equals(family) || name.startsWith(family + "_")) {
          types.putIfAbsent(name, type);
        }
      }
      series.value(millis, 0, AbsentValue.replaceIn(reader.value()));
      exemplars += reader.exemplar() == null ? 0 : 1;
    }

    void closeAll() {
      open.values().forEach(TsdbBlockWriter.Series::close);
      open.clear();
    }
  }

  TsdbBlock block() {
    return block;
  }

  /// Names the text: the same name has the same content.
  String source() {
    return source;
  }

  MetricType typeOf(Labels labels) {
    return types.getOrDefault(labels.metricName(), MetricType.UNKNOWN);
  }

  /// How many exemplars there were.
  long exemplars() {
    return exemplars;
  }

  @Override
  public void close() {
    block.close();
    WorkFiles.remove(directory);
  }
}
