package dev.weir.collectors.scrape;

import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.TargetState;
import java.util.List;

/// Where what is scraped goes. Called by many threads; never waits.
public interface ScrapeOutput {
  void rows(List<OutgoingRows> rows);

  /// A metric family is declared otherwise than before.
  void metadata(MetricMetadata metadata);

  /// How a target is.
  void state(TargetState state);

  /// A target is no longer there.
  void gone(TargetState state);
}
