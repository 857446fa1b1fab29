package dev.weir.promql.query;

/// What is to be found out about a query beside its value. Nothing of it changes the value; each
/// takes some time.
///
/// @param samples whether samples are counted that the query looks at
/// @param samplesPerStep whether they are counted for each step
/// @param plan whether it is noted what each part of the expression does, and where time goes
public record QueryDetail(boolean samples, boolean samplesPerStep, boolean plan) {
  public static final QueryDetail NONE = new QueryDetail(false, false, false);

  public static final QueryDetail SAMPLES = new QueryDetail(true, false, false);

  public QueryDetail {
    samples |= samplesPerStep;
  }

  public QueryDetail withPlan() {
    return new QueryDetail(samples, samplesPerStep, true);
  }
}
