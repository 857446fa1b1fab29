package dev.weir.streams.query;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.query.QueryValue.Sample;
import java.util.List;

/// What a question came to, for an evaluation to rest on.
public sealed interface Answer {
  /// An instant vector; a scalar is one sample without labels.
  ///
  /// @param complete whether it is of all samples up to the question's time
  record Values(List<Sample> samples, boolean complete) implements Answer {
    public Values {
      samples = List.copyOf(samples);
    }
  }

  /// There is none.
  record Failed(String message) implements Answer {
    public Failed {
      requireNonNull(message, "message");
    }
  }
}
