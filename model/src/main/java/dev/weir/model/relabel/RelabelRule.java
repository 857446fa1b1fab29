package dev.weir.model.relabel;

import com.google.re2j.Pattern;
import dev.weir.model.WeirException;
import java.util.List;

/// One relabelling rule that makes sense. [RelabelConfig#rule] makes it from what a file says.
///
/// Patterns match whole values. The value that most rules test is the values of their source
/// labels, joined by a separator.
public sealed interface RelabelRule {
  /// Labels whose values are joined and tested.
  record Source(List<String> labels, String separator) {
    public Source {
      labels = List.copyOf(labels);
    }
  }

  /// Sets a label to an expanded replacement where the pattern matches; an empty result removes it.
  /// The target's name is expanded, too; a result that is no label name changes nothing.
  record Replace(Source source, Pattern regex, String targetLabel, String replacement)
      implements RelabelRule {}

  /// Drops label sets where the pattern does not match.
  record Keep(Source source, Pattern regex) implements RelabelRule {}

  /// Drops label sets where the pattern matches.
  record Drop(Source source, Pattern regex) implements RelabelRule {}

  /// Drops label sets where the value is not that of the target label.
  record KeepEqual(Source source, String targetLabel) implements RelabelRule {}

  /// Drops label sets where the value is that of the target label.
  record DropEqual(Source source, String targetLabel) implements RelabelRule {}

  /// Sets a label to the MD5 of the value (its last 8 bytes, big-endian, unsigned) modulo
  /// `modulus`.
  record HashMod(Source source, String targetLabel, long modulus) implements RelabelRule {
    public HashMod {
      if (modulus == 0) {
        throw new WeirException.BadData(
            "relabel configuration for hashmod requires non-zero modulus");
      }
    }
  }

  /// Copies labels whose name matches to the expanded name.
  record LabelMap(Pattern regex, String replacement) implements RelabelRule {}

  /// Removes labels whose name matches.
  record LabelDrop(Pattern regex) implements RelabelRule {}

  /// Removes labels whose name does not match.
  record LabelKeep(Pattern regex) implements RelabelRule {}

  /// Sets a label to the value in lower or upper case.
  record ChangeCase(Source source, String targetLabel, boolean upper) implements RelabelRule {}
}
