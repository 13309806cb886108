//! Optimizers, by name.
//!
//! To add one: a file here with a struct of its settings that implements [`OptimizerDefinition`], and its line in
//! the registry at the end of the list below. The file has its formula, its settings, its textbook
//! form and the kernel that it calls, which is one file of `mlp-kernels` where no existing one
//! fits. Options, experiment files, sweeps and lists are derived from its [`Setting`]s.

mod adadelta;
mod adafactor;
mod adagrad;
mod adam;
mod adamax;
mod adamw;
mod asgd;
mod definition;
mod fields;
mod form;
mod lbfgs;
pub(crate) mod line_search;
mod lion;
mod muon;
mod nadam;
mod radam;
mod rmsprop;
mod rprop;
mod rprop_plus;
mod segment;
mod setting;
mod sgd;
mod spelling;
mod textbook;
mod updates;

use self::{
    definition::{OptimizerDefinition, conflict, decay_and_keep, keep, moments_of},
    setting::Field,
};
pub(crate) use self::{
    definition::{OptimizerRequirements, real_power},
    lbfgs::{Curvature, Move},
    segment::{Segment, Tensor, Tensors},
    textbook::Element,
    updates::{LaneRules, Turn, Updates},
};
pub use self::{
    every::*,
    form::Form,
    lbfgs::LineSearch,
    muon::RateFactor,
    setting::{Bounds, Setting, SettingForm, SettingValue},
};
use crate::{Error, Scalar, spelling::Known};

macro_rules! optimizers {
    ($($file:ident::$name:ident: $about:literal),+ $(,)?) => {
        /// The settings of every optimizer.
        mod every {
            $(pub use super::$file::$name;)+
        }

        /// An optimizer, which updates the parameters from a gradient; one variant per optimizer, with its settings.
        ///
        /// Spelt as on the command line: a name, then settings after colons, as plain numbers in
        /// their usual order or by name: `sgd`, `momentum:0.9`, `adam:0.9:0.999:1e-8`,
        /// `adam:beta2=0.99:amsgrad=true`.
        ///
        /// ```
        /// use mlp_core::{Adam, Optimizer, SettingValue};
        /// let mut optimizer: Optimizer = "adam".parse()?;
        /// assert_eq!(optimizer, Optimizer::Adam(Adam::default()));
        /// assert_eq!(optimizer.default_learning_rate(), 1e-3);
        /// optimizer.set("beta2", &SettingValue::Number(0.99))?;
        /// assert_eq!(optimizer.to_string(), "adam:0.9:0.99");
        /// # Ok::<(), mlp_core::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Optimizer {
            $(#[doc = $about] $name($name),)+
        }

        impl Optimizer {
            /// The registry: every name with its description.
            pub const ALL: &'static [&'static [Known]] = &[$(<$name as OptimizerDefinition>::NAMES),+];

            /// The name under which all its settings can be given.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(rule) => rule.name(),)+ }
            }

            /// Its settings with their current values.
            pub fn settings(&self) -> Vec<(Setting, SettingValue)> {
                match self {
                    $(Self::$name(rule) => {
                        let fields = <$name as OptimizerDefinition>::SETTINGS.iter();
                        fields.map(|field| (field.setting, field.get(rule))).collect()
                    })+
                }
            }

            /// Changes a setting.
            ///
            /// # Errors
            /// A setting that this optimizer does not have; an invalid value.
            pub fn set(&mut self, name: &str, value: &SettingValue) -> Result<(), Error> {
                match self {
                    $(Self::$name(rule) => {
                        let field = <$name as OptimizerDefinition>::SETTINGS
                            .iter()
                            .find(|field| field.setting.name == name);
                        if let Some(field) = field {
                            return field.set(rule, value);
                        }
                    })+
                }
                Err(self.unknown(name))
            }

            /// The default learning rate: 0.1 for plain gradient descent, PyTorch's for others.
            pub fn default_learning_rate(&self) -> f64 {
                match self { $(Self::$name(rule) => rule.default_learning_rate(),)+ }
            }

            /// The default weight decay: 0, but 0.01 for AdamW.
            pub fn default_weight_decay(&self) -> f64 {
                match self { $(Self::$name(rule) => rule.default_weight_decay(),)+ }
            }

            /// How many numbers it stores per parameter.
            pub fn slots(&self) -> usize {
                match self { $(Self::$name(rule) => rule.slots(),)+ }
            }

            pub(crate) fn momentum_mut(&mut self) -> Option<&mut f64> {
                match self { $(Self::$name(rule) => rule.momentum_mut(),)+ }
            }

            pub(crate) fn scalars(&self, segments: usize) -> usize {
                match self { $(Self::$name(rule) => rule.scalars(segments),)+ }
            }

            pub(crate) fn lay_out(&self, segments: &mut [Segment]) -> usize {
                match self { $(Self::$name(rule) => rule.lay_out(segments),)+ }
            }

            pub(crate) fn scratch<T: Scalar>(&self, segments: &[Segment]) -> usize {
                match self { $(Self::$name(rule) => rule.scratch::<T>(segments),)+ }
            }

            pub(crate) fn is_by_tensor(&self) -> bool {
                match self { $(Self::$name(rule) => rule.is_by_tensor(),)+ }
            }

            pub(crate) fn is_elementwise(&self) -> bool {
                match self { $(Self::$name(rule) => rule.is_elementwise(),)+ }
            }

            pub(crate) fn is_steady(&self) -> bool {
                match self { $(Self::$name(rule) => rule.is_steady(),)+ }
            }

            pub(crate) fn needs_loss(&self) -> bool {
                match self { $(Self::$name(rule) => rule.needs_loss(),)+ }
            }

            pub(crate) fn adjust(&self, layers: usize, decays: bool, segment: &mut Segment) {
                match self { $(Self::$name(rule) => rule.adjust(layers, decays, segment),)+ }
            }

            /// Checks every setting.
            pub(crate) fn validate(&self) -> Result<(), Error> {
                match self {
                    $(Self::$name(rule) => {
                        for field in <$name as OptimizerDefinition>::SETTINGS {
                            field.check(rule)?;
                        }
                        rule.consistent()
                    })+
                }
            }

            pub(crate) fn suits(&self, training: &OptimizerRequirements) -> Result<(), Error> {
                match self { $(Self::$name(rule) => rule.suits(training),)+ }
            }

            pub(crate) fn update<T: Scalar>(
                &self,
                updates: &mut Updates<'_, T>,
                step: u64,
                segment: &Segment,
                tensors: Tensors<'_, T>,
            ) -> bool {
                match self { $(Self::$name(rule) => rule.update(updates, step, segment, tensors),)+ }
            }

            /// The textbook form of the update of one parameter `p` with a gradient `g` of the loss.
            pub(crate) fn textbook(
                &self,
                at: &Element,
                p: f64,
                g: f64,
                memory: &mut [f64; 3],
            ) -> f64 {
                match self {
                    $(Self::$name(rule) => {
                        if rule.is_decoupled() {
                            return rule.textbook(at, p * (1.0 - at.rate * at.decay), g, memory);
                        }
                        rule.textbook(at, p, g + at.decay * p, memory)
                    })+
                }
            }

            /// The optimizer of a name, and the settings that may follow the name as plain numbers.
            fn of_name(name: &str) -> Option<(Self, &'static [&'static str])> {
                $(if <$name as OptimizerDefinition>::NAMES.iter().any(|known| known.name == name) {
                    return Some((Self::$name(OptimizerDefinition::named(name)), <$name as OptimizerDefinition>::positional(name)));
                })+
                None
            }
        }
    };
}

optimizers! {
    sgd::Sgd: "Gradient descent, with optional momentum (Polyak or Nesterov).",
    adam::Adam: "Adaptive moment estimation (Kingma and Ba 2014), or AMSGrad.",
    adamw::AdamW: "Adam with decoupled weight decay (Loshchilov and Hutter 2019).",
    nadam::Nadam: "Adam with Nesterov's momentum (Dozat 2016).",
    radam::Radam: "Adam with rectified variance (Liu et al. 2020).",
    adamax::Adamax: "Adam with the infinity norm (Kingma and Ba 2014).",
    adagrad::Adagrad: "Rates scaled by the sum of squared gradients (Duchi et al. 2011).",
    adadelta::Adadelta: "Steps in the units of the parameters (Zeiler 2012).",
    rmsprop::RmsProp: "Rates scaled by the running mean square (Hinton 2012).",
    adafactor::Adafactor: "Adam with factored second moments (Shazeer and Stern 2018).",
    lion::Lion: "Sign of the momentum (Chen et al. 2023).",
    asgd::Asgd: "Averaged stochastic gradient descent (Polyak and Juditsky 1992).",
    rprop::Rprop: "Step sizes from the signs of the gradient only (Riedmiller and Braun 1993; Igel and Huesken 2000).",
    rprop_plus::RpropPlus: "Rprop that reverts updates across a minimum (Riedmiller and Braun 1993).",
    muon::Muon: "Orthogonalised momentum for hidden matrices (Jordan et al. 2024).",
    lbfgs::Lbfgs: "Quasi-Newton steps on full batches (Liu and Nocedal 1989).",
}

impl Optimizer {
    /// Every setting of any optimizer, each once, with the names of the optimizers that have
    /// it and its default in each. Where several have it, the definition of the first is used.
    pub fn all_settings() -> Vec<(Setting, Vec<(&'static str, SettingValue)>)> {
        let mut all: Vec<(Setting, Vec<(&'static str, SettingValue)>)> = Vec::new();
        for known in Self::ALL.iter().copied().flatten() {
            let Some((optimizer, _)) = Self::of_name(known.name) else {
                continue;
            };
            for (setting, default) in optimizer.settings() {
                let entry = (known.name, default);
                match all.iter_mut().find(|(other, _)| other.name == setting.name) {
                    Some((_, entries)) => entries.push(entry),
                    None => all.push((setting, vec![entry])),
                }
            }
        }
        all
    }

    /// Whether it has a momentum (beta1 in the Adam family) that a schedule can cycle.
    pub fn has_momentum(&self) -> bool {
        self.clone().momentum_mut().is_some()
    }

    /// Whether it is stateless gradient descent, which can be fused with the gradient.
    pub(crate) fn is_plain_descent(&self) -> bool {
        matches!(self, Self::Sgd(sgd) if sgd.momentum == 0.0)
    }

    fn unknown(&self, setting: &str) -> Error {
        let known = self.settings().iter().map(|(s, _)| s.name).collect();
        Error::UnknownSetting {
            setting: setting.to_owned(),
            optimizer: self.name(),
            known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_back() {
        for known in Optimizer::ALL.concat() {
            let optimizer: Optimizer = known.name.parse().unwrap();
            assert_eq!(
                optimizer.to_string().parse::<Optimizer>().unwrap(),
                optimizer,
                "{}",
                known.name
            );
        }
        let momentum = "momentum:0.5".parse::<Optimizer>().unwrap();
        assert_eq!(
            momentum,
            Optimizer::Sgd(Sgd {
                momentum: 0.5,
                ..Sgd::default()
            })
        );
        assert_eq!(
            "sgd".parse::<Optimizer>().unwrap(),
            Optimizer::Sgd(Sgd::default())
        );
        let amsgrad = "adam:0.8:epsilon=1e-6:amsgrad=true"
            .parse::<Optimizer>()
            .unwrap();
        assert_eq!(
            amsgrad,
            Optimizer::Adam(Adam {
                beta1: 0.8,
                epsilon: 1e-6,
                amsgrad: true,
                ..Adam::default()
            })
        );
    }

    #[test]
    fn every_setting_can_be_said_and_is_written_back() {
        for known in Optimizer::ALL.concat() {
            let default: Optimizer = known.name.parse().unwrap();
            for (setting, value) in default.settings() {
                let other = match (setting.form, value) {
                    (SettingForm::Number(bounds), SettingValue::Number(number)) => {
                        let near = [number * 0.5, number * 2.0, 0.25, 1.5, -0.5];
                        let other = near
                            .into_iter()
                            .find(|&near| near != number && bounds.hold(near));
                        SettingValue::Number(other.unwrap())
                    }
                    (SettingForm::Flag, SettingValue::Flag(flag)) => SettingValue::Flag(!flag),
                    (SettingForm::Whole(_), SettingValue::Whole(n)) => SettingValue::Whole(n + 2),
                    (SettingForm::Word(words), SettingValue::Word(word)) => {
                        let other = words.iter().find(|other| **other != word);
                        SettingValue::Word((*other.unwrap()).to_owned())
                    }
                    (SettingForm::Numbers(_), SettingValue::Numbers(numbers)) => {
                        SettingValue::Numbers(numbers.iter().map(|n| n * 0.5).collect())
                    }
                    (SettingForm::Layers, _) => SettingValue::Layers(vec![0, 2]),
                    (SettingForm::Optimizer, _) => SettingValue::Word("momentum/0.5".to_owned()),
                    (form, value) => panic!("{form:?} has the value {value:?}"),
                };
                assert_eq!(setting.read(&other.to_string()).unwrap(), other);
                let mut changed = default.clone();
                changed.set(setting.name, &other).unwrap();
                assert_ne!(changed, default, "{} {}", known.name, setting.name);
                let (_, found) = changed
                    .settings()
                    .into_iter()
                    .find(|(s, _)| s.name == setting.name)
                    .unwrap();
                assert_eq!(found, other, "{} {}", known.name, setting.name);
                if changed.validate().is_ok() {
                    let text = changed.to_string();
                    assert_eq!(text.parse::<Optimizer>().as_ref(), Ok(&changed), "{text}");
                }
            }
        }
    }

    /// One key serves all optimizers that have the setting.
    #[test]
    fn settings_of_one_name_have_one_form() {
        let kind = std::mem::discriminant::<SettingForm>;
        for (setting, _) in Optimizer::all_settings() {
            for known in Optimizer::ALL.concat() {
                let optimizer: Optimizer = known.name.parse().unwrap();
                for (other, _) in optimizer.settings() {
                    if other.name == setting.name {
                        assert_eq!(kind(&other.form), kind(&setting.form), "{}", setting.name);
                    }
                }
            }
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let error = "adma".parse::<Optimizer>().unwrap_err().to_string();
        assert!(error.contains("sgd, momentum, nesterov, adam"), "{error}");
        let error = "adam:momentum=0.9".parse::<Optimizer>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "momentum is not a setting of the optimizer adam, which has beta1, beta2, epsilon, amsgrad, decoupled, form"
        );
        let error = "rprop:1.5".parse::<Optimizer>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "eta_minus is 1.5: it must be above 0 and below 1"
        );
        for text in [
            "sgd:0.9",
            "momentum:1",
            "momentum:-0.1",
            "nesterov:0",
            "nesterov:dampening=0.1",
            "adam:1",
            "adam:0.9:0.999:0:1",
            "adam:0.9:0.999:-1",
            "adam:0.9:0.999:1e-8:1",
            "adam:form=tensorflow",
            "adam:form=sklearn:amsgrad=true",
            "momentum:form=sklearn:dampening=0.5",
            "adam:amsgrad",
            "adam:amsgrad=yes",
            "rprop:0.5:1",
            "rprop:step_min=2:step_max=1",
            "lbfgs:0",
            "lbfgs:2.5",
            "muon:rest=muon",
            "muon:rest=lbfgs",
            "muon:rest=nothing",
            "muon:coefficients=1,2",
            "asgd:lambda=-1",
            "adafactor:0.8",
        ] {
            assert!(text.parse::<Optimizer>().is_err(), "{text}");
        }
    }
}
