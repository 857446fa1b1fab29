package dev.weir.promql.eval.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What standing states and their merge come to, time after time, equals what new accumulators come
/// to, to the last bit.
class StandingStatesProperties {
  private static final List<String> AGGREGATIONS =
      List.of(
          "sum(m)",
          "sum by (a) (m)",
          "avg by (a) (m)",
          "avg without (a) (m)",
          "min by (b) (m)",
          "max without (b) (m)",
          "count by (a) (m)",
          "group(m)",
          "stddev by (b) (m)",
          "stdvar(m)");

  private static final double[] ODD = {
    0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, 1e308, -1e308, 1e-320
  };

  private final PromqlParser parser = new PromqlParser(ParserOptions.DEFAULT);

  /// Series of a shard, in blocks.
  private record Shape(List<Labels> labels, int[] blockEnds) {}

  @Property(tries = 300)
  void statesAndTheirMergeAreThoseOfNewAccumulators(@ForAll long seed) {
    Random random = new Random(seed);
    Aggregation node =
        (Aggregation) parser.parse(AGGREGATIONS.get(random.nextInt(AGGREGATIONS.size())));
    int shards = 1 + random.nextInt(3);
    List<StandingStates> standing = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      standing.add(new StandingStates(node));
      shapes.add(shape(random));
    }
    StandingStateMerge merge = new StandingStateMerge(node);
    for (int time = 0; time < 20; time++) {
      List<List<VectorSeries>> states = new ArrayList<>();
      List<List<Labels>> labels = new ArrayList<>();
      List<double[]> values = new ArrayList<>();
      for (int i = 0; i < shards; i++) {
        if (random.nextInt(6) == 0) {
          shapes.set(i, shape(random));
        }
        Shape shape = shapes.get(i);
        double[] vector = vector(random, shape.labels().size());
        StandingStates of = standing.get(i);
        of.take(shape.labels(), shape.blockEnds(), vector);
        List<VectorSeries> ofShard = states(node, shape, vector);
        assertEquals(bits(ofShard), bits(of.labels(), of.values()), "states");
        states.add(ofShard);
        labels.add(of.labels());
        values.add(of.values());
      }
      merge.take(labels, values);
      List<VectorSeries> expected =
          AggregationStates.merge(
              node, StandingStates.operandSpan(node), states, 1, new Annotations(""));
      assertEquals(bits(expected), bits(merge.labels(), merge.values()), "merged");
    }
  }

  private static Shape shape(Random random) {
    List<Labels> labels = new ArrayList<>();
    int blocks = random.nextInt(4);
    int[] ends = new int[blocks];
    for (int block = 0; block < blocks; block++) {
      for (int left = 1 + random.nextInt(5); left > 0; left--) {
        labels.add(
            Labels.of(
                "__name__",
                "m",
                "a",
                "" + random.nextInt(3),
                "b",
                "" + random.nextInt(3),
                "number",
                "" + labels.size()));
      }
      ends[block] = labels.size();
    }
    return new Shape(List.copyOf(labels), ends);
  }

  private static double[] vector(Random random, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (random.nextInt(6)) {
            case 0 -> AbsentValue.VALUE;
            case 1 -> ODD[random.nextInt(ODD.length)];
            default -> random.nextGaussian() * Math.pow(10, random.nextInt(20));
          };
    }
    return values;
  }

  /// The states of a vector, as the engine finds them: each block by itself, then one after
  /// another.
  private static List<VectorSeries> states(Aggregation node, Shape shape, double[] vector) {
    Annotations unheard = new Annotations("");
    Groups total =
        new Groups(
            node.grouping(),
            AggregationStates.accumulators(node, StandingStates.operandSpan(node), 1, unheard));
    int slot = 0;
    for (int end : shape.blockEnds()) {
      List<VectorSeries> block = new ArrayList<>();
      for (; slot < end; slot++) {
        if (!AbsentValue.is(vector[slot])) {
          block.add(VectorSeries.ofValues(shape.labels().get(slot), new double[] {vector[slot]}));
        }
      }
      Groups groups =
          new Groups(
              node.grouping(),
              AggregationStates.accumulators(node, StandingStates.operandSpan(node), 1, unheard));
      groups.add(new VectorBlock(block, 0, 0));
      total.merge(groups);
    }
    List<VectorSeries> states = new ArrayList<>();
    total.forEach((labels, accumulator) -> {
      StateColumns columns = new StateColumns(1);
      ((StatefulAccumulator) accumulator).save(columns);
      states.addAll(columns.series(labels));
    });
    return states;
  }

  private static Map<Labels, String> bits(List<VectorSeries> series) {
    Map<Labels, String> bits = new TreeMap<>();
    series.forEach(one -> bits.put(one.labels(), text(one.values()[0])));
    return bits;
  }

  private static Map<Labels, String> bits(List<Labels> labels, double[] values) {
    Map<Labels, String> bits = new TreeMap<>();
    for (int i = 0; i < values.length; i++) {
      if (!AbsentValue.is(values[i])) {
        bits.put(labels.get(i), text(values[i]));
      }
    }
    return bits;
  }

  /// Whose payload the sum of two NaN has is up to compiler and processor.
  private static String text(double value) {
    return Long.toHexString(Double.doubleToLongBits(value));
  }
}
