package dev.weir.collectors.exposition;

import dev.weir.model.MetricType;

/// For tests that do not look at what is declared.
final class SilentDeclarations implements BodyReader.Declarations {
  @Override
  public void type(String family, MetricType type) {}

  @Override
  public void help(String family, String text) {}

  @Override
  public void unit(String family, String unit) {}
}
