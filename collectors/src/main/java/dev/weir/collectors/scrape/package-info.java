/// Scrapes targets: which there are ([dev.weir.collectors.scrape.TargetFactory]), when
/// ([dev.weir.collectors.scrape.ScrapeLoop]), how ([dev.weir.collectors.scrape.HttpTargetClient]),
/// and what becomes of a body: series of the target ([dev.weir.collectors.scrape.TargetSeries]) and
/// rows of its groups.
@NullMarked
package dev.weir.collectors.scrape;

import org.jspecify.annotations.NullMarked;
