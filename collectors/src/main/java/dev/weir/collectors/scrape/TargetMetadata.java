package dev.weir.collectors.scrape;

import dev.weir.collectors.exposition.BodyReader;
import dev.weir.model.MetricType;
import dev.weir.model.Tenant;
import dev.weir.schemas.MetricMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// What a target's bodies declare of metric families, and what of that is news. For one thread.
final class TargetMetadata implements BodyReader.Declarations {
  private final Tenant tenant;
  private final Consumer<MetricMetadata> news;
  private Map<String, MetricMetadata> known = new HashMap<>();
  private Map<String, MetricMetadata> declared = new HashMap<>();

  /// @param news hears each family that is declared for the first time, or otherwise than before
  TargetMetadata(Tenant tenant, Consumer<MetricMetadata> news) {
    this.tenant = tenant;
    this.news = news;
  }

  /// A body is about to be read.
  void startBody() {
    declared = new HashMap<>();
  }

  /// A body was read whole, to its end.
  void endBody() {
    declared.forEach((family, metadata) -> {
      if (!metadata.equals(known.get(family))) {
        news.accept(metadata);
      }
    });
    known = declared;
    declared = new HashMap<>();
  }

  private MetricMetadata of(String family) {
    MetricMetadata metadata = declared.get(family);
    return metadata == null
        ? new MetricMetadata(tenant, family, MetricType.UNKNOWN, "", "")
        : metadata;
  }

  @Override
  public void type(String family, MetricType type) {
    MetricMetadata before = of(family);
    declared.put(family, new MetricMetadata(tenant, family, type, before.help(), before.unit()));
  }

  @Override
  public void help(String family, String text) {
    MetricMetadata before = of(family);
    declared.put(family, new MetricMetadata(tenant, family, before.type(), text, before.unit()));
  }

  @Override
  public void unit(String family, String unit) {
    MetricMetadata before = of(family);
    declared.put(family, new MetricMetadata(tenant, family, before.type(), before.help(), unit));
  }
}
