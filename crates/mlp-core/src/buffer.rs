//! Slices aligned to cache lines.

use std::ops::{Deref, DerefMut};

use crate::Scalar;

/// Zeroed numbers aligned to 64 bytes: a whole vector then never straddles two cache lines, which would
/// cost a second access.
#[derive(Debug)]
pub(crate) struct Buffer<T> {
    storage: Vec<T>,
    start: usize,
    len: usize,
}

impl<T: Scalar> Buffer<T> {
    const LINE: usize = 64;

    /// `len` zeros.
    pub(crate) fn zeroed(len: usize) -> Self {
        let spare = Self::LINE / size_of::<T>();
        let storage = vec![T::from_f64(0.0); len + spare];
        let start = storage.as_ptr().align_offset(Self::LINE);
        // `align_offset` may fail; any start is then valid, only slower.
        let start = if start <= spare { start } else { 0 };
        Self {
            storage,
            start,
            len,
        }
    }
}

impl<T> Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.storage[self.start..self.start + self.len]
    }
}

impl<T> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.storage[self.start..self.start + self.len]
    }
}

impl<T: Scalar> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::zeroed(self.len);
        copy.copy_from_slice(self);
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_start_on_a_line_and_keep_their_numbers() {
        for len in [0, 1, 15, 16, 1000] {
            let mut buffer = Buffer::<f32>::zeroed(len);
            assert_eq!(buffer.len(), len);
            assert!(buffer.iter().all(|&x| x == 0.0));
            buffer
                .iter_mut()
                .enumerate()
                .for_each(|(i, x)| *x = i as f32);
            let copy = buffer.clone();
            assert_eq!(*copy, *buffer);
            assert_eq!(copy.as_ptr() as usize % 64, 0);
        }
    }
}
