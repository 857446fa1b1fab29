package dev.weir.alerting;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;

/// Names a group of alerts. Two routes with equal matchers have groups with equal keys; their ids
/// differ.
record GroupId(Tenant tenant, String routeId, Labels groupLabels) {}
