//! The inside of one network: its weights as a diagram, and what its neurons answer over two features.

use anyhow::Result;
use mlp_core::{
    Scalar,
    reference::{evaluation_layers, forward},
};
use mlp_plot::{DiagramLayer, HiddenUnits, NetworkDiagram, UnitLayer};
use mlp_train::{AnyNetwork, Kind, Model, OutputMeaning};
use ndarray::Array2;

use super::plane::{grid_over, samples, section};
use super::{Draw, Figure, FigureEntry, PlaneChoice, View, describe};
use crate::formatting;

/// The most layers that are drawn.
const MOST_LAYERS: usize = 10;
/// The most neurons of a layer whose maps are drawn.
const MOST_UNITS: usize = 16;
/// Grid points of a map.
const GRID: (usize, usize) = (64, 48);
/// The most multiplications for the maps.
const MOST_WORK: f64 = 1e9;

/// The diagram.
pub static DIAGRAM: FigureEntry = FigureEntry {
    name: "network",
    description: "a network as a diagram: weights as lines of their width, signs as colours, biases in the neurons",
    kinds: &[Kind::Train],
    draw: Draw::Run(|view, _| Ok(diagram(view)?.into_iter().collect())),
};

/// The maps.
pub static UNITS: FigureEntry = FigureEntry {
    name: "hidden-units",
    description: "what every hidden neuron answers over the plane of two features",
    kinds: &[Kind::Train],
    draw: Draw::Samples(|view, _| Ok(units(view)?.into_iter().collect())),
};

fn diagram(view: &View) -> Result<Option<Figure>> {
    let model = view.model()?;
    let architecture = model.network().architecture();
    if !model.is_finite() || architecture.has_shortcuts() || architecture.layers.len() > MOST_LAYERS
    {
        return Ok(None);
    }
    let layers: Vec<DiagramLayer> = match model.network() {
        AnyNetwork::F32(network) => diagram_layers(network),
        AnyNetwork::F64(network) => diagram_layers(network),
    };
    let outputs = match model.answers() {
        // One neuron says how likely the second of two classes is.
        OutputMeaning::Classes(names) if architecture.outputs() == 1 => names[1..].to_vec(),
        OutputMeaning::Classes(names)
        | OutputMeaning::Labels(names)
        | OutputMeaning::Values { names, .. } => names.clone(),
    };
    let named = outputs.len() == architecture.outputs();
    let widest = (layers.iter().map(|layer| layer.neurons))
        .fold(model.features().len(), usize::max)
        .min(MOST_UNITS);
    let chart = NetworkDiagram {
        title: format!("The network after training on {}", view.recipe().data.name),
        subtitle: format!("{}.", describe::training(view.recipe())),
        inputs: model.features().to_vec(),
        outputs: if named { outputs } else { Vec::new() },
        layers,
    };
    let caption = "Every weight as a line: the wider, the larger; its colour is its sign. Neurons are filled by their biases.";
    let height = 190 + 26 * widest as u32;
    Ok(Some(
        Figure::new("network", caption, chart).sized(900, height.max(380)),
    ))
}

fn diagram_layers<T: Scalar>(network: &mlp_core::Network<T>) -> Vec<DiagramLayer> {
    let layers = network.architecture().layers.iter().enumerate();
    let numbers = |values: &mut dyn Iterator<Item = &T>| values.map(|v| v.to_f64()).collect();
    layers
        .map(|(index, layer)| DiagramLayer {
            name: layer.activation.to_string(),
            weights: numbers(&mut network.weights(index).iter()),
            biases: numbers(&mut network.biases(index).iter()),
            neurons: layer.outputs,
        })
        .collect()
}

fn units(view: &View) -> Result<Option<Figure>> {
    let model = view.model()?;
    let data = samples(view, &model)?;
    let architecture = model.network().architecture();
    let work = (GRID.0 * GRID.1 * architecture.parameter_count()) as f64;
    let hidden = architecture.layers.len().saturating_sub(1);
    if data.features() != 2 || hidden == 0 || !model.is_finite() || work > MOST_WORK {
        return Ok(None);
    }
    let section = section(view, &model, &data, &PlaneChoice::Principal)?;
    let (grid, x_range, y_range) = grid_over(&section, 2, GRID);
    let layers = activations(&model, &grid)?;
    let shown = hidden.min(MOST_LAYERS);
    let layers = layers
        .iter()
        .take(shown)
        .enumerate()
        .map(|(index, values)| {
            let layer = &architecture.layers[index];
            let drawn = layer.outputs.min(MOST_UNITS);
            let of = match drawn == layer.outputs {
                true => String::new(),
                false => format!("the first {drawn} of "),
            };
            UnitLayer {
                name: format!(
                    "layer {}, {}: {of}{}",
                    index + 1,
                    layer.activation,
                    formatting::so_many(layer.outputs, "neuron")
                ),
                units: (0..drawn)
                    .map(|unit| values.column(unit).to_vec())
                    .collect(),
            }
        });
    let layers: Vec<UnitLayer> = layers.collect();
    let span = |(low, high): (f64, f64)| high - low;
    let names = data.feature_names();
    let axis = |name: &str, (low, high): (f64, f64)| {
        let [low, high] = [low, high].map(formatting::measured);
        format!("{name} from {low} to {high}")
    };
    let rows = layers.iter().map(|layer| layer.units.len().div_ceil(8));
    let rows = rows.sum::<usize>() as u32;
    let chart = HiddenUnits {
        title: format!("Hidden neurons on {}", view.recipe().data.name),
        subtitle: format!(
            "Right: {}. Up: {}. One colour scale a layer.",
            axis(&names[0], x_range),
            axis(&names[1], y_range)
        ),
        columns: GRID.0,
        rows: GRID.1,
        aspect: match section.equal_units {
            true => span(y_range) / span(x_range),
            false => 0.75,
        },
        layers,
    };
    let down = (96.0 * chart.aspect) as u32;
    let height = 80 + 36 * shown as u32 + rows * (down + 6);
    let caption = "What each hidden neuron answers over the plane of the two features: what the network is put together from.";
    Ok(Some(
        Figure::new("hidden-units", caption, chart).sized(900, height.clamp(240, 1600)),
    ))
}

/// The values of every layer for rows of features in original units, `[rows, neurons]`.
fn activations(model: &Model, rows: &Array2<f64>) -> Result<Vec<Array2<f64>>> {
    let inputs = match model.expansion() {
        Some(expansion) => expansion.apply(&rows.view())?,
        None => rows.clone(),
    };
    let inputs = model.feature_scaler().transform(&inputs.view())?;
    Ok(match model.network() {
        AnyNetwork::F32(network) => of_layers(network, &inputs),
        AnyNetwork::F64(network) => of_layers(network, &inputs),
    })
}

/// The same of scaled inputs.
fn of_layers<T: Scalar>(network: &mlp_core::Network<T>, inputs: &Array2<f64>) -> Vec<Array2<f64>> {
    let numbers = |values: &[T]| values.iter().map(|v| v.to_f64()).collect::<Vec<f64>>();
    let (parameters, statistics) = (numbers(network.parameters()), numbers(network.statistics()));
    let layers = evaluation_layers(network.architecture(), &parameters, &statistics);
    let traces = forward(&layers, inputs.view());
    traces.into_iter().map(|trace| trace.y).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_core::{Activation, Architecture, Network};
    use ndarray::array;

    fn network() -> Network<f32> {
        let architecture = Architecture::new(2)
            .layer(2, Activation::Tanh)
            .layer(1, Activation::Identity);
        Network::new(
            architecture,
            vec![1.0, 2.0, -3.0, 0.5, 0.25, -1.0, 2.0, -4.0, 0.5],
        )
        .unwrap()
    }

    #[test]
    fn the_diagram_has_the_weights_of_the_model() {
        let layers = diagram_layers(&network());
        assert_eq!(layers[0].weights, [1.0, 2.0, -3.0, 0.5]);
        assert_eq!(layers[0].biases, [0.25, -1.0]);
        assert_eq!(
            (layers[1].weights.as_slice(), layers[1].neurons),
            (&[2.0, -4.0][..], 1)
        );
        assert_eq!(layers[0].name, "tanh");
    }

    #[test]
    fn maps_have_the_values_of_the_network() {
        let inputs = array![[0.3, -0.2], [1.5, 2.0]];
        let layers = of_layers(&network(), &inputs);
        let by_hand = (1.0f64 * 0.3 - 2.0 * 0.2 + 0.25).tanh();
        assert!((layers[0][[0, 0]] - by_hand).abs() < 1e-12);
        let outputs = network().forward(inputs.mapv(|x| x as f32).view()).unwrap();
        for (own, other) in layers[1].iter().zip(&outputs) {
            assert!((own - f64::from(*other)).abs() < 1e-5);
        }
    }
}
