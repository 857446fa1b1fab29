package dev.weir.blocks.node;

import dev.weir.model.GroupKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SeriesGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Groups of an answer. Samples stay compressed until a group is read.
final class RemoteCursor implements GroupCursor {
  private final Answer answer;
  private final boolean seriesOnly;

  RemoteCursor(Answer answer, boolean seriesOnly) {
    this.answer = answer;
    this.seriesOnly = seriesOnly;
  }

  @Override
  public @Nullable SeriesGroup next() {
    if (answer.ended()) {
      return null;
    }
    Frame frame = answer.next();
    if (answer.ended()) {
      return null;
    }
    GroupCodec.Header header =
        GroupCodec.readSeries(answer.expect(Frame.Type.GROUP, frame).payload());
    Frame samples = seriesOnly ? null : answer.expect(Frame.Type.SAMPLES, answer.next());
    return new Group(header.key(), header.series(), samples);
  }

  @Override
  public Completeness completeness() {
    return answer.end().completeness();
  }

  @Override
  public void close() {
    answer.close();
  }

  private record Group(GroupKey key, List<SeriesMeta> series, @Nullable Frame samples)
      implements SeriesGroup {
    @Override
    public GroupSamples read() {
      if (samples == null) {
        throw new WeirException.Internal(
            "samples of %s are read, but only series were asked for".formatted(key));
      }
      return GroupCodec.readSamples(samples.payload(), series.size());
    }
  }
}
