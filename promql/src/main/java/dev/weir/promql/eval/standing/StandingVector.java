package dev.weir.promql.eval.standing;

import dev.weir.model.Labels;
import java.util.List;

/// What a standing expression came to.
///
/// @param labels of all series that there may be, each once: the same object as the time before if
///   they are the same
/// @param values one for each, [dev.weir.model.AbsentValue] where there is none; valid until the
///   next evaluation
public record StandingVector(List<Labels> labels, double[] values) {}
