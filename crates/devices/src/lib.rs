//! Bytes on a wire: the slip's picture, the receipt printer and its links.
