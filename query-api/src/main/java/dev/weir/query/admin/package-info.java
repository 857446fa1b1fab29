/// What an operator does with stored samples over HTTP: deletes them.
@NullMarked
package dev.weir.query.admin;

import org.jspecify.annotations.NullMarked;
