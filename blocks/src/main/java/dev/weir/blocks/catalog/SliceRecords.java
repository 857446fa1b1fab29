package dev.weir.blocks.catalog;

import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.WeirException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Records that samples of a slice came with, as a source of a downsampled block names them:
/// `records/weir.samples/3/100-200/1767225600000`. Whether the samples are still there is known by
/// it: they are where a block of the tenant has these records.
///
/// @param range of one block that had samples of the slice
/// @param untilMillis none of these samples is later
record SliceRecords(OffsetRange range, long untilMillis) {
  private static final String PREFIX = "records/";
  private static final Pattern FORM =
      Pattern.compile("records/([^/]+)/(\\d+)/(\\d+)-(\\d+)/(-?\\d+)");

  /// Those that are among the sources of a block.
  static List<SliceRecords> in(List<String> sources) {
    return sources.stream().filter(SliceRecords::isOne).map(SliceRecords::parse).toList();
  }

  static boolean isOne(String source) {
    return source.startsWith(PREFIX);
  }

  private static SliceRecords parse(String source) {
    Matcher parts = FORM.matcher(source);
    if (!parts.matches()) {
      throw corrupt(source);
    }
    try {
      return new SliceRecords(
          new OffsetRange(
              parts.group(1),
              Integer.parseInt(parts.group(2)),
              Long.parseLong(parts.group(3)),
              Long.parseLong(parts.group(4))),
          Long.parseLong(parts.group(5)));
    } catch (NumberFormatException e) {
      throw new WeirException.Corrupt(
          "source \"%s\" has numbers that are too large".formatted(source), e);
    }
  }

  private static WeirException corrupt(String source) {
    return new WeirException.Corrupt(
        "source \"%s\" is not records/{topic}/{partition}/{first}-{end}/{millis}"
            .formatted(source));
  }

  String text() {
    return "%s%s/%d/%d-%d/%d"
        .formatted(
            PREFIX,
            range.topic(),
            range.partition(),
            range.firstOffset(),
            range.endOffset(),
            untilMillis);
  }
}
