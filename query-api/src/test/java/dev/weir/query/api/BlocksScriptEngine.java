package dev.weir.query.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.node.NodeLimits;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.notation.SeriesNotation.LoadedSeries;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryLimits;
import dev.weir.promql.query.QueryValue;
import dev.weir.promql.script.BoundedBuckets;
import dev.weir.promql.script.BoundedBuckets.Bucket;
import dev.weir.promql.script.MemoryScriptEngine;
import dev.weir.promql.script.ScriptEngine;
import dev.weir.query.source.QuerySources;
import dev.weir.schemas.Topics;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Answers scripts over HTTP, from block files on disk: every `load` is written as the next block
/// of a partition's chain, and queries go through the same parts as in a running pipeline.
final class BlocksScriptEngine implements ScriptEngine, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CACHE_BYTES = 16 << 20;

  /// What the API puts before the message of a query that cannot be parsed.
  private static final String OF_QUERY = "invalid parameter \"query\": ";

  private final Path directory;
  private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile Store store;
  private final ApiFixture api;
  private int stores;

  /// @param directory empty; blocks are written below it
  BlocksScriptEngine(Path directory) {
    this.directory = directory;
    this.store = new Store(directory.resolve("store-0"));
    EngineSettings settings =
        EngineSettings.DEFAULT.withDelayedNameRemoval(true).withStartTimestamps(true);
    QueryEngine engine =
        new QueryEngine(settings, ParserOptions.EXPERIMENTAL, askers, System::nanoTime);
    this.api = new ApiFixture(new CurrentSource(), engine, QueryLimits.DEFAULT, Clock.systemUTC());
  }

  /// One chain of blocks and what reads it.
  private final class Store implements AutoCloseable {
    private final Path path;
    private final LocalBlockStore blocks;
    private final BlockCatalog catalog;
    private final QuerySources sources;
    private long nextOffset;

    Store(Path path) {
      this.path = path;
      this.blocks = new LocalBlockStore(path.resolve("blocks"));
      this.catalog = new BlockCatalog(blocks, new BlockCache(CACHE_BYTES));
      this.sources =
          new QuerySources(
              catalog,
              List::of,
              Map.of(),
              0,
              new QuerySources.Settings(
                  new MergedSeriesSource.Bounds(4, 1_000_000),
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(1),
                  NodeLimits.DEFAULT),
              askers,
              new PrometheusRegistry(),
              Clock.systemUTC());
    }

    void write(List<GroupRow> rows) {
      OffsetRange covers = new OffsetRange(Topics.SAMPLES, 0, nextOffset, nextOffset + 1);
      Path file = path.resolve(nextOffset + ".block");
      try (BlockWriter writer =
              new BlockWriter(
                  file, BlockWriter.Description.link(covers, 0), BlockWriter.Options.SMALL);
          GroupCursor cursor =
              MemorySeriesSource.of(rows)
                  .select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
        for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
          writer.add(group.key(), group.series(), group.read());
        }
        writer.finish();
      }
      if (!blocks.publish(new BlockName.Chain(Topics.SAMPLES, 0, nextOffset).path(), file)) {
        throw new IllegalStateException("a block of this name was there already");
      }
      nextOffset++;
      catalog.refresh();
    }

    @Override
    public void close() {
      sources.close();
    }
  }

  @Override
  public void clear() {
    Store old = store;
    stores++;
    store = new Store(directory.resolve("store-" + stores));
    old.close();
  }

  @Override
  public void load(List<LoadedSeries> series) {
    // Of a series that stands twice, the last line counts.
    Map<Labels, LoadedSeries> last = new TreeMap<>();
    series.forEach(one -> last.put(one.labels(), one));
    List<GroupRow.Sample> samples = MemoryScriptEngine.samples(List.copyOf(last.values()));
    store.write(GroupRow.of(Tenant.DEFAULT, samples));
  }

  @Override
  public boolean tellsLayouts() {
    return false;
  }

  @Override
  public Outcome instant(String query, long timestampMillis) {
    return outcome(api.post("/api/v1/query", "query", query, "time", seconds(timestampMillis)));
  }

  @Override
  public Outcome range(String query, QueryTimes times) {
    return outcome(
        api.post(
            "/api/v1/query_range",
            "query",
            query,
            "start",
            seconds(times.startMillis()),
            "end",
            seconds(times.endMillis()),
            "step",
            seconds(times.stepMillis())));
  }

  private static String seconds(long millis) {
    return BigDecimal.valueOf(millis, 3).toPlainString();
  }

  private static Outcome outcome(HttpResponse<String> response) {
    JsonNode answer;
    try {
      answer = JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!answer.path("status").asText().equals("success")) {
      return new Outcome.Failure(answer.path("error").asText().replaceFirst("^" + OF_QUERY, ""));
    }
    return new Outcome.Answer(
        JsonValues.read(answer.path("data")),
        texts(answer.path("warnings")),
        texts(answer.path("infos")));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  @Override
  public void close() {
    api.close();
    store.close();
    askers.shutdownNow();
  }

  /// Reads results back from JSON.
  private static final class JsonValues {
    private JsonValues() {}

    static QueryValue read(JsonNode data) {
      JsonNode result = data.path("result");
      return switch (data.path("resultType").asText()) {
        case "scalar" -> new QueryValue.Scalar(millis(result.get(0)), number(result.get(1)));
        case "string" -> new QueryValue.Text(millis(result.get(0)), result.get(1).asText());
        case "vector" -> vector(result);
        case "matrix" -> matrix(result);
        default -> throw new IllegalStateException("result type of " + data);
      };
    }

    private static QueryValue vector(JsonNode result) {
      List<QueryValue.Sample> samples = new ArrayList<>();
      long time = 0;
      for (JsonNode one : result) {
        JsonNode point = one.has("histogram") ? one.path("histogram") : one.path("value");
        time = millis(point.get(0));
        samples.add(
            one.has("histogram")
                ? new QueryValue.Sample(labels(one.path("metric")), 0, histogram(point.get(1)))
                : new QueryValue.Sample(labels(one.path("metric")), number(point.get(1)), null));
      }
      return new QueryValue.Vector(time, samples);
    }

    private static QueryValue matrix(JsonNode result) {
      List<QueryValue.Series> series = new ArrayList<>();
      for (JsonNode one : result) {
        TreeMap<Long, JsonNode> points = new TreeMap<>();
        one.path("values").forEach(point -> points.put(millis(point.get(0)), point.get(1)));
        one.path("histograms").forEach(point -> points.put(millis(point.get(0)), point.get(1)));
        long[] times = new long[points.size()];
        double[] values = new double[points.size()];
        NativeHistogram[] histograms = new NativeHistogram[points.size()];
        int i = 0;
        for (Map.Entry<Long, JsonNode> point : points.entrySet()) {
          times[i] = point.getKey();
          if (point.getValue().isObject()) {
            values[i] = AbsentValue.VALUE;
            histograms[i] = histogram(point.getValue());
          } else {
            values[i] = number(point.getValue());
          }
          i++;
        }
        series.add(new QueryValue.Series(labels(one.path("metric")), times, values, histograms));
      }
      return new QueryValue.Matrix(series);
    }

    private static NativeHistogram histogram(JsonNode json) {
      List<Bucket> buckets = new ArrayList<>();
      for (JsonNode bucket : json.path("buckets")) {
        buckets.add(
            new Bucket(number(bucket.get(1)), number(bucket.get(2)), number(bucket.get(3))));
      }
      return BoundedBuckets.histogram(
          number(json.path("count")), number(json.path("sum")), buckets);
    }

    private static Labels labels(JsonNode metric) {
      Labels.Builder labels = Labels.builder();
      metric.properties().forEach(label -> labels.set(label.getKey(), label.getValue().asText()));
      return labels.build();
    }

    private static long millis(JsonNode seconds) {
      return seconds.decimalValue().movePointRight(3).longValueExact();
    }

    private static double number(JsonNode text) {
      return switch (text.asText()) {
        case "+Inf" -> Double.POSITIVE_INFINITY;
        case "-Inf" -> Double.NEGATIVE_INFINITY;
        case String plain -> Double.parseDouble(plain);
      };
    }
  }

  /// The source of the store that is current when a query comes.
  private final class CurrentSource implements SeriesSource {
    private SeriesSource current() {
      return store.sources.everything();
    }

    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      return current().select(tenant, matchers, range, hints);
    }

    @Override
    public Listing<String> labelNames(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return current().labelNames(tenant, selectors, range, limit);
    }

    @Override
    public Listing<String> labelValues(
        Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return current().labelValues(tenant, name, selectors, range, limit);
    }

    @Override
    public Listing<Labels> series(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return current().series(tenant, selectors, range, limit);
    }
  }
}
