package dev.weir.rules.template.prometheus;

import dev.weir.promql.query.QueryValue;
import dev.weir.rules.template.TemplateObject;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A sample in a template: `.Labels` and `.Value`.
///
/// @param value a [Double] or a [dev.weir.model.NativeHistogram]
record SampleValue(Map<String, String> labels, Object value) implements TemplateObject {
  private static final Set<String> FIELDS = new TreeSet<>(Set.of("Labels", "Value"));

  static SampleValue of(QueryValue.Sample sample) {
    return new SampleValue(sample.labels().toMap(), valueOf(sample));
  }

  static Object valueOf(QueryValue.Sample sample) {
    return sample.histogram() == null ? sample.value() : sample.histogram();
  }

  @Override
  public String typeName() {
    return "*template.sample";
  }

  @Override
  public Set<String> fieldNames() {
    return FIELDS;
  }

  @Override
  public Object field(String name) {
    return name.equals("Labels") ? labels : value;
  }
}
