//! The safe interface of activations, their derivatives, and elementary functions.

use super::args;
use super::table::Kernels;
use crate::math::Function;
use crate::{Activated, Activation, Element};

impl<T: Element> Kernels<T> {
    /// `y = phi(z)`, element by element.
    pub fn activation(&self, phi: Activation, z: &[T], y: &mut [T]) {
        assert_eq!(z.len(), y.len(), "pre-activations");
        // SAFETY: `new` found the level supported; equal lengths.
        unsafe {
            (self.table.activation)(args::Map {
                phi,
                z: z.as_ptr(),
                y: y.as_mut_ptr(),
                n: y.len(),
            });
        }
    }

    /// An elementary function of each number: `y = f(x)`.
    pub fn function(&self, function: Function, x: &[T], y: &mut [T]) {
        assert_eq!(x.len(), y.len(), "arguments");
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.function)(args::Apply { function, x, y }) }
    }

    /// `dz = dy * phi'`, flushed; `z` may be empty unless [`Activation::needs_preactivation`].
    pub fn activation_gradient(&self, phi: Activation, z: &[T], y: &[T], dy: &[T], dz: &mut [T]) {
        assert!(
            y.len() == dz.len() && dy.len() == dz.len(),
            "outputs and their gradients"
        );
        let _checked = Activated::new(phi, y, (!z.is_empty()).then_some(z));
        // Without pre-activations z is read from y and not used.
        let z = if z.is_empty() { y.as_ptr() } else { z.as_ptr() };
        // SAFETY: `new` found the level supported; equal lengths.
        unsafe {
            (self.table.activation_gradient)(args::MapGradient {
                phi,
                z,
                y: y.as_ptr(),
                dy: dy.as_ptr(),
                n: dz.len(),
                dz: dz.as_mut_ptr(),
            });
        }
    }

    /// Applies the activation to complete sums: in place, or from `z` to `y`.
    pub(super) fn finish_forward(&self, phi: Activation, z: &mut [T], y: Option<&mut [T]>) {
        match y {
            Some(y) => self.activation(phi, z, y),
            None if phi == Activation::Identity => {}
            None => {
                let p = z.as_mut_ptr();
                // SAFETY: `new` found the level supported; the kernel works in place.
                unsafe {
                    (self.table.activation)(args::Map {
                        phi,
                        z: p,
                        y: p,
                        n: z.len(),
                    });
                }
            }
        }
    }

    /// Applies the derivative in place.
    pub(super) fn finish_gradient(&self, below: Activated<'_, T>, dx: &mut [T]) {
        let Activated { phi, y, pre } = below;
        let z = pre.unwrap_or(y).as_ptr();
        let (p, n) = (dx.as_mut_ptr(), dx.len());
        // SAFETY: `new` found the level supported; equal lengths; the kernel works in place.
        unsafe {
            (self.table.activation_gradient)(args::MapGradient {
                phi,
                z,
                y: y.as_ptr(),
                dy: p,
                dz: p,
                n,
            });
        }
    }
}
