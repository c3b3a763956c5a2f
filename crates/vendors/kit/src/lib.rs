//! What every Rollbook vendor adapter needs: paths, queries, tolerant decoding, error tables.
