package dev.weir.blocks.resolution;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.DownsampledSlice;
import dev.weir.blocks.catalog.DownsampledSlices;
import dev.weir.blocks.downsample.Taken;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Aspect;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Where each stretch of time of a selection is read from. Stretches do not overlap, so nothing is
/// counted twice.
///
/// **Windows in place of samples.** A slice is read as windows of the longest resolution whose
/// windows are whole in every window of the selection, where the function around the selection
/// comes to the same over windows ([Taken#isExact]), and where the slice is current. Of one single
/// evaluation the windows at both ends may be cut: there the samples are read.
///
/// **What is left.** Where retention has deleted the samples, windows are read whatever is done
/// with them, the shortest there are, and a warning says what that means.
///
/// @param samples what is read as samples
/// @param parts what is read as windows
/// @param warnings a sentence for each way in which the answer is not what samples would give
public record ResolvedSelection(
    Tenant tenant, Stretches samples, List<Part> parts, List<String> warnings) {
  /// Slices that are read as windows.
  ///
  /// @param range of it that is read
  /// @param isLeft whether the samples are gone
  record Part(DownsampledSlice slice, TimeRange range, Taken taken, boolean isLeft) {}

  public ResolvedSelection {
    requireNonNull(tenant, "tenant");
    requireNonNull(samples, "samples");
    parts = List.copyOf(parts);
    warnings = List.copyOf(warnings);
  }

  private static final List<Resolution> LONGEST_FIRST =
      Arrays.stream(Resolution.values())
          .sorted(Comparator.comparingLong(Resolution::windowMillis).reversed())
          .toList();

  /// Nothing but samples.
  public static ResolvedSelection ofSamples(Tenant tenant, TimeRange range) {
    return new ResolvedSelection(tenant, Stretches.of(range), List.of(), List.of());
  }

  /// @param maxWindowMillis longer windows are read only where nothing else is left
  public static ResolvedSelection of(
      BlockSnapshot snapshot,
      Tenant tenant,
      TimeRange range,
      SelectHints hints,
      long maxWindowMillis) {
    DownsampledSlices slices = snapshot.downsampled(tenant);
    if (slices.isEmpty()) {
      return ofSamples(tenant, range);
    }
    Choice choice = new Choice(range, hints);
    for (Resolution resolution : LONGEST_FIRST) {
      if (resolution.windowMillis() <= maxWindowMillis) {
        choice.takeExact(slices, resolution);
      }
    }
    for (Resolution resolution : LONGEST_FIRST.reversed()) {
      choice.takeLeft(slices, resolution);
    }
    choice.parts.sort(Comparator.comparingLong(part -> part.range.startMillis()));
    return new ResolvedSelection(
        tenant, choice.rest, choice.parts, Warnings.of(choice.parts, choice.cut, hints));
  }

  /// What is chosen so far.
  private static final class Choice {
    private final TimeRange range;
    private final SelectHints hints;
    private final List<Part> parts = new ArrayList<>();

    /// Where samples are gone and no whole window is free.
    private final List<TimeRange> cut = new ArrayList<>();

    private Stretches rest;

    Choice(TimeRange range, SelectHints hints) {
      this.range = range;
      this.hints = hints;
      this.rest = Stretches.of(range);
    }

    void takeExact(DownsampledSlices slices, Resolution resolution) {
      Optional<TimeRange> whole = wholeWindows(resolution);
      if (whole.isEmpty()) {
        return;
      }
      for (DownsampledSlice slice : slices.of(resolution)) {
        if (slice.isCurrent()) {
          Stretches.common(slice.range(), whole.get())
              .ifPresent(stretch -> take(slice, stretch, Taken.by(hints), false));
        }
      }
    }

    /// The part of the selection in which whole windows do for samples.
    private Optional<TimeRange> wholeWindows(Resolution resolution) {
      long aligned = hints.alignedMillis();
      if (aligned == 0 || hints.aspect() == Aspect.SAMPLES) {
        return Optional.empty();
      }
      if (aligned % resolution.windowMillis() == 0) {
        return Optional.of(range);
      }
      // One window, of which all but the ends can be made of whole ones.
      return hints.stepMillis() == 0 && hints.rangeMillis() > 0
          ? resolution.windowsWithin(range)
          : Optional.empty();
    }

    void takeLeft(DownsampledSlices slices, Resolution resolution) {
      for (DownsampledSlice slice : slices.of(resolution)) {
        if (slice.hasAllSamples()) {
          continue;
        }
        Stretches.common(gone(slice), range)
            .ifPresent(stretch -> {
              for (TimeRange free : rest.within(stretch).ranges()) {
                takeLeft(slice, free);
              }
            });
      }
    }

    /// All of the windows that have a time without samples: a window that is cut would count
    /// samples again that are there.
    private static TimeRange gone(DownsampledSlice slice) {
      long last = Math.min(slice.range().endMillis(), slice.samplesFromMillis() - 1);
      return new TimeRange(slice.range().startMillis(), slice.resolution().windowEnd(last));
    }

    /// Windows that others have a part of would count that twice, and are not taken.
    private void takeLeft(DownsampledSlice slice, TimeRange free) {
      Resolution resolution = slice.resolution();
      long start =
          free.startMillis() == range.startMillis()
              ? free.startMillis()
              : resolution.windowEnd(free.startMillis() - 1) + 1;
      long end =
          free.endMillis() == range.endMillis()
              ? free.endMillis()
              : Math.floorDiv(free.endMillis(), resolution.windowMillis())
                  * resolution.windowMillis();
      if (start > end) {
        cut.add(free);
        return;
      }
      if (start > free.startMillis()) {
        cut.add(new TimeRange(free.startMillis(), start - 1));
      }
      if (end < free.endMillis()) {
        cut.add(new TimeRange(end + 1, free.endMillis()));
      }
      take(slice, new TimeRange(start, end), Taken.left(hints, resolution), true);
    }

    private void take(DownsampledSlice slice, TimeRange stretch, Taken taken, boolean isLeft) {
      for (TimeRange free : rest.within(stretch).ranges()) {
        parts.add(new Part(slice, free, taken, isLeft));
      }
      rest = rest.without(stretch);
    }
  }

  /// Whether any of it is read as windows.
  public boolean hasWindows() {
    return !parts.isEmpty();
  }

  /// From the first to the last time that is read as windows.
  ///
  /// @throws java.util.NoSuchElementException if there is none
  public TimeRange windowed() {
    return new TimeRange(parts.getFirst().range.startMillis(), parts.getLast().range.endMillis());
  }

  /// What of a source of samples is read.
  public SeriesSource samplesOf(SeriesSource source) {
    return hasWindows() ? new ClippedSource(source, samples) : source;
  }

  /// Whether samples of a range are read.
  public boolean readsSamplesIn(TimeRange range) {
    return !samples.within(range).isEmpty();
  }

  /// The windows as sources; none has a time that another has, or that samples are read of.
  public List<SeriesSource> windows(BlockSnapshot snapshot) {
    List<SeriesSource> sources = new ArrayList<>();
    for (Part part : parts) {
      for (BlockReader block : part.slice.blocks()) {
        sources.add(
            new ClippedSource(
                DownsampledBlocks.source(snapshot, tenant, part.slice, block, part.taken),
                Stretches.of(part.range)));
      }
    }
    return sources;
  }
}
