package dev.weir.promql.eval.standing;

import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Samples that stay where they are while others come behind them: what standing expressions read.
/// For one thread.
public interface StandingSource {
  /// What a selector selects: the same object again for as long as the series are the same; null
  /// where that cannot be told in groups whose rows are in order.
  @Nullable StandingSelection select(Tenant tenant, List<Matcher> matchers);
}
