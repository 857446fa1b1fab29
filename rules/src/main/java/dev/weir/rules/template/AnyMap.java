package dev.weir.rules.template;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A map whose values are of any type, so that a missing key is `nil`. Other maps hold text.
public final class AnyMap extends AbstractMap<String, @Nullable Object> {
  private final Map<String, @Nullable Object> entries;

  public AnyMap(Map<String, ? extends @Nullable Object> entries) {
    this.entries = Collections.unmodifiableMap(new TreeMap<>(entries));
  }

  @Override
  public Set<Entry<String, @Nullable Object>> entrySet() {
    return entries.entrySet();
  }
}
