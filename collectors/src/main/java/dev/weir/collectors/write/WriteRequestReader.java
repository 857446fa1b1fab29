package dev.weir.collectors.write;

import dev.weir.collectors.series.ShortText;
import dev.weir.model.AcceptedTimes;
import dev.weir.model.DurationText;
import dev.weir.model.Exemplar;
import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.publish.PushedSeries;
import dev.weir.schemas.publish.RowAssembler;
import dev.weir.service.config.TenantLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a `prometheus.WriteRequest` of remote write 1.0 and adds its samples to rows. Used once.
///
/// The labels of a series that is known are not parsed: the hash of their bytes finds it. What
/// makes no sense in one series or sample is refused and remembered; the rest is taken.
///
/// ```
/// WriteRequest => timeseries:TimeSeries*(1) metadata:MetricMetadata*(3)
/// TimeSeries   => labels:Label*(1) samples:Sample*(2) exemplars:Exemplar*(3) histograms:Histogram*(4)
/// Label        => name:string(1) value:string(2)
/// Sample       => value:double(1) timestamp:int64(2), in milliseconds
/// Exemplar     => labels:Label*(1) value:double(2) timestamp:int64(3)
/// ```
///
/// Source: Prometheus remote write specification 1.0.
final class WriteRequestReader {
  private static final Logger log = LoggerFactory.getLogger(WriteRequestReader.class);

  private final Tenant tenant;
  private final TenantLimits limits;
  private final PushedSeries series;
  private final RowAssembler rows;
  private final AcceptedTimes times;

  private final ProtobufCursor request;
  private final ProtobufCursor timeSeries;
  private final ProtobufCursor part;
  private final ProtobufCursor label;
  private final NativeHistogramReader histograms;
  private final List<MetricMetadata> metadata = new ArrayList<>();
  private final Refusals refusals = new Refusals();
  private int samples;

  /// The field of the series that follows its labels; 0 if none does.
  private int afterLabels;

  /// @param times that samples may have
  WriteRequestReader(
      byte[] message,
      Tenant tenant,
      TenantLimits limits,
      PushedSeries series,
      RowAssembler rows,
      AcceptedTimes times) {
    this.tenant = tenant;
    this.limits = limits;
    this.series = series;
    this.rows = rows;
    this.times = times;
    this.request = new ProtobufCursor(message);
    this.timeSeries = request.sibling();
    this.part = request.sibling();
    this.label = request.sibling();
    this.histograms = new NativeHistogramReader(request);
  }

  /// Reads the whole message.
  ///
  /// @throws WeirException.BadData if it is no such message; nothing of it should be taken
  void read() {
    for (int field = request.next(); field != 0; field = request.next()) {
      switch (field) {
        case 1 -> readTimeSeries();
        case 3 -> takeMetadata();
        default -> request.skip();
      }
    }
  }

  /// What was refused.
  Refusals refusals() {
    return refusals;
  }

  List<MetricMetadata> metadata() {
    return metadata;
  }

  /// Samples and histograms that were taken.
  int samples() {
    return samples;
  }

  private void readTimeSeries() {
    timeSeries.enter(request);
    int start = timeSeries.position();
    int labelsEnd = skipLabels();
    PushedSeries.Series known = find(start, labelsEnd);
    long lastMillis = Long.MIN_VALUE;
    for (int field = afterLabels; field != 0; field = timeSeries.next()) {
      switch (field) {
        case 1 ->
            throw new WeirException.BadData(
                "a series has labels after its samples; put all labels before them");
        case 2 -> lastMillis = readSample(known);
        case 3 -> takeExemplar(known, lastMillis);
        case 4 -> lastMillis = readHistogram(known);
        default -> timeSeries.skip();
      }
    }
  }

  /// Passes over the labels that the series starts with.
  ///
  /// @return where they end
  private int skipLabels() {
    int labelsEnd = timeSeries.position();
    afterLabels = timeSeries.next();
    while (afterLabels == 1) {
      timeSeries.skip();
      labelsEnd = timeSeries.position();
      afterLabels = timeSeries.next();
    }
    return labelsEnd;
  }

  /// The series with the labels in a span of the message; null if it is refused.
  private PushedSeries.@Nullable Series find(int start, int end) {
    Hash128 raw = Hash128.of(request.bytes(), start, end - start);
    PushedSeries.Series known = rows.find(raw);
    if (known != null) {
      return known;
    }
    Labels labels = Labels.EMPTY;
    try {
      labels = labels(start, end);
      check(labels);
      return series.of(new SeriesMeta(labels, MetricType.UNKNOWN), raw);
    } catch (WeirException.LimitExceeded e) {
      refusals.addSeries(Refusals.LIMIT, String.valueOf(e.getMessage()));
    } catch (WeirException.BadData e) {
      refusals.addSeries(
          Refusals.INVALID_LABELS, "series %s: %s".formatted(ShortText.of(labels), e.getMessage()));
    }
    return null;
  }

  private Labels labels(int start, int end) {
    ProtobufCursor outer = request.sibling().within(start, end);
    List<String> pairs = new ArrayList<>();
    while (outer.next() != 0) {
      addLabel(outer, pairs);
    }
    return Labels.of(pairs.toArray(String[]::new));
  }

  private void addLabel(ProtobufCursor outer, List<String> pairs) {
    label.enter(outer);
    String name = "";
    String value = "";
    for (int field = label.next(); field != 0; field = label.next()) {
      switch (field) {
        case 1 -> name = label.textValue();
        case 2 -> value = label.textValue();
        default -> label.skip();
      }
    }
    if (name.isEmpty()) {
      throw new WeirException.BadData("a label has no name; give it one");
    }
    pairs.add(name);
    pairs.add(value);
  }

  private void check(Labels labels) {
    if (labels.metricName().isEmpty()) {
      throw new WeirException.BadData("has no __name__; give it one");
    }
    checkLimit(labels.size(), limits.maxLabelsPerSeries(), "max_labels_per_series", "labels");
    for (int i = 0; i < labels.size(); i++) {
      String name = labels.name(i);
      checkLimit(
          name.getBytes(StandardCharsets.UTF_8).length,
          limits.maxLabelNameBytes(),
          "max_label_name_bytes",
          "bytes in the name of label " + ShortText.quoted(name));
      checkLimit(
          labels.value(i).getBytes(StandardCharsets.UTF_8).length,
          limits.maxLabelValueBytes(),
          "max_label_value_bytes",
          "bytes in the value of label " + ShortText.quoted(name));
    }
  }

  private void checkLimit(int found, long limit, String setting, String what) {
    if (limit > 0 && found > limit) {
      throw new WeirException.BadData(
          "has %d %s, more than %s allows: %d"
              .formatted(found, what, limits.settingOf(setting), limit));
    }
  }

  private long readSample(PushedSeries.@Nullable Series known) {
    part.enter(timeSeries);
    double value = 0;
    long timestampMillis = 0;
    for (int field = part.next(); field != 0; field = part.next()) {
      switch (field) {
        case 1 -> value = part.doubleValue();
        case 2 -> timestampMillis = part.varintValue();
        default -> part.skip();
      }
    }
    if (isTaken(known, timestampMillis) && known != null) {
      rows.add(known, timestampMillis, value);
      samples++;
    }
    return timestampMillis;
  }

  private long readHistogram(PushedSeries.@Nullable Series known) {
    NativeHistogram histogram;
    try {
      histogram = histograms.read(timeSeries);
    } catch (WeirException.BadData e) {
      refusals.addSample(
          Refusals.INVALID_HISTOGRAM, "%s: %s".formatted(nameOf(known), e.getMessage()));
      return Long.MIN_VALUE;
    }
    long timestampMillis = histograms.timestampMillis();
    if (isTaken(known, timestampMillis) && known != null) {
      rows.add(known, timestampMillis, histogram);
      samples++;
    }
    return timestampMillis;
  }

  private boolean isTaken(PushedSeries.@Nullable Series known, long timestampMillis) {
    if (known == null) {
      refusals.countSample();
      return false;
    }
    return switch (times.judge(timestampMillis)) {
      case ACCEPTED -> true;
      case TOO_OLD -> {
        refusals.addSample(
            Refusals.TOO_OLD,
            "series %s: timestamp %d is older than %s allows: %s"
                .formatted(
                    ShortText.of(known.meta().labels()),
                    timestampMillis,
                    limits.settingOf("retention"),
                    DurationText.format(limits.retention().toMillis())));
        yield false;
      }
      case TOO_FAR_AHEAD -> {
        refusals.addSample(
            Refusals.TOO_FAR_AHEAD,
            "series %s: timestamp %d is more than 10 minutes in the future"
                .formatted(ShortText.of(known.meta().labels()), timestampMillis));
        yield false;
      }
    };
  }

  private static String nameOf(PushedSeries.@Nullable Series known) {
    return known == null ? "a refused series" : "series " + ShortText.of(known.meta().labels());
  }

  private void takeExemplar(PushedSeries.@Nullable Series known, long sampleMillis) {
    part.enter(timeSeries);
    try {
      readExemplar(known, sampleMillis);
    } catch (WeirException.BadData e) {
      log.debug("tenant {}: an exemplar of {} is refused", tenant, nameOf(known), e);
      refusals.countAside(Refusals.INVALID_EXEMPLAR);
    }
  }

  /// Reads the exemplar in [#part].
  ///
  /// @param sampleMillis of the sample before it, in whose row it goes
  private void readExemplar(PushedSeries.@Nullable Series known, long sampleMillis) {
    List<String> pairs = new ArrayList<>();
    double value = 0;
    long timestampMillis = 0;
    for (int field = part.next(); field != 0; field = part.next()) {
      switch (field) {
        case 1 -> addLabel(part, pairs);
        case 2 -> value = part.doubleValue();
        case 3 -> timestampMillis = part.varintValue();
        default -> part.skip();
      }
    }
    Exemplar exemplar =
        new Exemplar(
            Labels.of(pairs.toArray(String[]::new)), value, OptionalLong.of(timestampMillis));
    if (exemplar.isTooLong()) {
      throw new WeirException.BadData(
          "the labels of an exemplar have more than %d characters"
              .formatted(Exemplar.MAX_CHARACTERS));
    }
    if (times.judge(timestampMillis) != AcceptedTimes.Verdict.ACCEPTED) {
      throw new WeirException.BadData(
          "an exemplar's timestamp %d is older than what is kept, or more than 10 minutes in the future"
              .formatted(timestampMillis));
    }
    if (known != null) {
      rows.addExemplar(
          known, sampleMillis == Long.MIN_VALUE ? timestampMillis : sampleMillis, exemplar);
    }
  }

  private void takeMetadata() {
    part.enter(request);
    try {
      readMetadata();
    } catch (WeirException.BadData e) {
      log.debug("tenant {}: an entry of metadata is refused", tenant, e);
      refusals.countAside(Refusals.INVALID_METADATA);
    }
  }

  /// Reads the metadata in [#part].
  private void readMetadata() {
    MetricType type = MetricType.UNKNOWN;
    String family = "";
    String help = "";
    String unit = "";
    for (int field = part.next(); field != 0; field = part.next()) {
      switch (field) {
        case 1 -> type = type(part.varintValue());
        case 2 -> family = part.textValue();
        case 4 -> help = part.textValue();
        case 5 -> unit = part.textValue();
        default -> part.skip();
      }
    }
    if (!family.isEmpty()) {
      metadata.add(new MetricMetadata(tenant, family, type, help, unit));
    }
  }

  /// Remote write counts types as Weir does.
  private static MetricType type(long code) {
    return code >= 0 && code < MetricType.values().length
        ? MetricType.ofCode((int) code)
        : MetricType.UNKNOWN;
  }
}
