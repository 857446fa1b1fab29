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
  ///
  /// @param message cut to what an error needs: servers have been seen to answer with pages
  record Failed(String message) implements Answer {
    private static final int MAX_CHARS = 2_000;

    public Failed {
      requireNonNull(message, "message");
      if (message.length() > MAX_CHARS) {
        message = message.substring(0, MAX_CHARS) + " ...";
      }
    }
  }
}
