/**
 * The operators of ONNX with the forms that they have had: facts of its schemas (onnx 1.23.1, read by
 * spec/fixtures/onnx/rules/signatures.py). One line per operator and version of which the form is another than before:
 *
 *     name, first version, inputs > outputs, attributes with their kinds
 *
 * x stands for one that must be there, ? for one that may be left out, * for any number at the end and + for at least one;
 * ! marks an attribute that must be there; "gone" is an operator that has ended. Attributes of kinds that graph.ts doesn't
 * represent are not listed.
 */

/** Forms at opset 7 and what changed until 28. */
export const AI_ONNX = `
Abs 6 x>x
Acos 7 x>x
Acosh 9 x>x
Add 7 xx>x
AffineGrid 20 xx>x align_corners:int
And 7 xx>x
ArgMax 1 x>x axis:int keepdims:int
ArgMax 12 x>x axis:int keepdims:int select_last_index:int
ArgMin 1 x>x axis:int keepdims:int
ArgMin 12 x>x axis:int keepdims:int select_last_index:int
Asin 7 x>x
Asinh 9 x>x
Atan 7 x>x
Atanh 9 x>x
Attention 23 xxx???>x??? is_causal:int kv_num_heads:int q_num_heads:int qk_matmul_output_mode:int scale:float softcap:float softmax_precision:int
Attention 24 xxx????>x??? is_causal:int kv_num_heads:int q_num_heads:int qk_matmul_output_mode:int scale:float softcap:float softmax_precision:int
Attention 25 xxx????>x??? is_causal:int kv_num_heads:int left_window_size:int q_num_heads:int qk_matmul_output_mode:int right_window_size:int scale:float softcap:float softmax_precision:int
AveragePool 7 x>x auto_pad:string count_include_pad:int kernel_shape!:ints pads:ints strides:ints
AveragePool 10 x>x auto_pad:string ceil_mode:int count_include_pad:int kernel_shape!:ints pads:ints strides:ints
AveragePool 19 x>x auto_pad:string ceil_mode:int count_include_pad:int dilations:ints kernel_shape!:ints pads:ints strides:ints
BatchNormalization 7 xxxxx>x???? epsilon:float momentum:float spatial:int
BatchNormalization 9 xxxxx>x???? epsilon:float momentum:float
BatchNormalization 14 xxxxx>x?? epsilon:float momentum:float training_mode:int
Bernoulli 15 x>x dtype:int seed:float
BitCast 26 x>x to!:int
BitShift 11 xx>x direction!:string
BitwiseAnd 18 xx>x
BitwiseNot 18 x>x
BitwiseOr 18 xx>x
BitwiseXor 18 xx>x
BlackmanWindow 17 x>x output_datatype:int periodic:int
Cast 6 x>x to!:int
Cast 19 x>x saturate:int to!:int
Cast 24 x>x round_mode:string saturate:int to!:int
CastLike 15 xx>x
CastLike 19 xx>x saturate:int
CastLike 24 xx>x round_mode:string saturate:int
CausalConvWithState 27 xx??>xx activation:string
Ceil 6 x>x
Celu 12 x>x alpha:float
CenterCropPad 18 xx>x axes:ints
Clip 6 x>x max:float min:float
Clip 11 x??>x
Col2Im 18 xxx>x dilations:ints pads:ints strides:ints
Compress 9 xx>x axis:int
Concat 4 +>x axis!:int
ConcatFromSequence 11 x>x axis!:int new_axis:int
Constant 1 >x value!:tensor
Constant 11 >x value:tensor
Constant 12 >x value:tensor value_float:float value_floats:floats value_int:int value_ints:ints value_string:string value_strings:strings
ConstantOfShape 9 x>x value:tensor
Conv 1 xx?>x auto_pad:string dilations:ints group:int kernel_shape:ints pads:ints strides:ints
ConvInteger 10 xx??>x auto_pad:string dilations:ints group:int kernel_shape:ints pads:ints strides:ints
ConvTranspose 1 xx?>x auto_pad:string dilations:ints group:int kernel_shape:ints output_padding:ints output_shape:ints pads:ints strides:ints
Cos 7 x>x
Cosh 9 x>x
CumProd 26 xx>x exclusive:int reverse:int
CumSum 11 xx>x exclusive:int reverse:int
DFT 17 x?>x axis:int inverse:int onesided:int
DFT 20 x??>x inverse:int onesided:int
DeformConv 19 xxx??>x dilations:ints group:int kernel_shape:ints offset_group:int pads:ints strides:ints
DepthToSpace 1 x>x blocksize!:int
DepthToSpace 11 x>x blocksize!:int mode:string
DequantizeLinear 10 xx?>x
DequantizeLinear 13 xx?>x axis:int
DequantizeLinear 21 xx?>x axis:int block_size:int
DequantizeLinear 23 xx?>x axis:int block_size:int output_dtype:int
Det 11 x>x
Div 7 xx>x
Dropout 7 x>x? ratio:float
Dropout 12 x??>x? seed:int
DynamicQuantizeLinear 11 x>xxx
Einsum 12 +>x equation!:string
Elu 6 x>x alpha:float
Equal 7 xx>x
Erf 9 x>x
Exp 6 x>x
Expand 8 xx>x
EyeLike 9 x>x dtype:int k:int
Flatten 1 x>x axis:int
Floor 6 x>x
GRU 7 xxx???>?? activation_alpha:floats activation_beta:floats activations:strings clip:float direction:string hidden_size:int linear_before_reset:int
GRU 14 xxx???>?? activation_alpha:floats activation_beta:floats activations:strings clip:float direction:string hidden_size:int layout:int linear_before_reset:int
Gather 1 xx>x axis:int
GatherElements 11 xx>x axis:int
GatherND 11 xx>x
GatherND 12 xx>x batch_dims:int
Gelu 20 x>x approximate:string
Gemm 7 xxx>x alpha:float beta:float transA:int transB:int
Gemm 11 xx?>x alpha:float beta:float transA:int transB:int
GlobalAveragePool 1 x>x
GlobalLpPool 2 x>x p:int
GlobalMaxPool 1 x>x
Greater 7 xx>x
GreaterOrEqual 12 xx>x
GridSample 16 xx>x align_corners:int mode:string padding_mode:string
GroupNormalization 18 xxx>x epsilon:float num_groups!:int
GroupNormalization 21 xxx>x epsilon:float num_groups!:int stash_type:int
HammingWindow 17 x>x output_datatype:int periodic:int
HannWindow 17 x>x output_datatype:int periodic:int
HardSigmoid 6 x>x alpha:float beta:float
HardSwish 14 x>x
Hardmax 1 x>x axis:int
Identity 1 x>x
If 1 x>+ else_branch!:graph then_branch!:graph
ImageDecoder 20 x>x pixel_format:string
InstanceNormalization 6 xxx>x epsilon:float
IsInf 10 x>x detect_negative:int detect_positive:int
IsNaN 9 x>x
LRN 1 x>x alpha:float beta:float bias:float size!:int
LSTM 7 xxx?????>??? activation_alpha:floats activation_beta:floats activations:strings clip:float direction:string hidden_size:int input_forget:int
LSTM 14 xxx?????>??? activation_alpha:floats activation_beta:floats activations:strings clip:float direction:string hidden_size:int input_forget:int layout:int
LayerNormalization 17 xx?>x?? axis:int epsilon:float stash_type:int
LeakyRelu 6 x>x alpha:float
Less 7 xx>x
LessOrEqual 12 xx>x
LinearAttention 27 xxx???>xx chunk_size:int kv_num_heads!:int q_num_heads!:int scale:float update_rule:string
Log 6 x>x
LogSoftmax 1 x>x axis:int
Loop 1 ??+>+ body!:graph
Loop 11 ??*>+ body!:graph
LpNormalization 1 x>x axis:int p:int
LpPool 2 x>x auto_pad:string kernel_shape!:ints p:int pads:ints strides:ints
LpPool 18 x>x auto_pad:string ceil_mode:int dilations:ints kernel_shape!:ints p:int pads:ints strides:ints
MatMul 1 xx>x
MatMulInteger 10 xx??>x
Max 6 +>x
MaxPool 1 x>x auto_pad:string kernel_shape!:ints pads:ints strides:ints
MaxPool 8 x>x? auto_pad:string kernel_shape!:ints pads:ints storage_order:int strides:ints
MaxPool 10 x>x? auto_pad:string ceil_mode:int dilations:ints kernel_shape!:ints pads:ints storage_order:int strides:ints
MaxRoiPool 1 xx>x pooled_shape!:ints spatial_scale:float
MaxUnpool 9 xx?>x kernel_shape!:ints pads:ints strides:ints
Mean 6 +>x
MeanVarianceNormalization 9 x>x axes:ints
MelWeightMatrix 17 xxxxx>x output_datatype:int
Min 6 +>x
Mish 18 x>x
Mod 10 xx>x fmod:int
Mul 7 xx>x
Multinomial 7 x>x dtype:int sample_size:int seed:float
Neg 6 x>x
NegativeLogLikelihoodLoss 12 xx?>x ignore_index:int reduction:string
NonMaxSuppression 10 xx???>x center_point_box:int
NonZero 9 x>x
Not 1 x>x
OneHot 9 xxx>x axis:int
Optional 15 ?>x
OptionalGetElement 15 x>x
OptionalHasElement 15 x>x
OptionalHasElement 18 ?>x
Or 7 xx>x
PRelu 7 xx>x
Pad 2 x>x mode:string pads!:ints value:float
Pad 11 xx?>x mode:string
Pad 18 xx??>x mode:string
Pow 7 xx>x
QLinearConv 10 xxxxxxxx?>x auto_pad:string dilations:ints group:int kernel_shape:ints pads:ints strides:ints
QLinearMatMul 10 xxxxxxxx>x
QuantizeLinear 10 xx?>x
QuantizeLinear 13 xx?>x axis:int
QuantizeLinear 19 xx?>x axis:int saturate:int
QuantizeLinear 21 xx?>x axis:int block_size:int output_dtype:int saturate:int
QuantizeLinear 23 xx?>x axis:int block_size:int output_dtype:int precision:int saturate:int
RMSNormalization 23 xx>x axis:int epsilon:float stash_type:int
RNN 7 xxx???>?? activation_alpha:floats activation_beta:floats activations:strings clip:float direction:string hidden_size:int
RNN 14 xxx???>?? activation_alpha:floats activation_beta:floats activations:strings clip:float direction:string hidden_size:int layout:int
RandomNormal 1 >x dtype:int mean:float scale:float seed:float shape!:ints
RandomNormalLike 1 x>x dtype:int mean:float scale:float seed:float
RandomUniform 1 >x dtype:int high:float low:float seed:float shape!:ints
RandomUniformLike 1 x>x dtype:int high:float low:float seed:float
Range 11 xxx>x
Range 27 xxx>x stash_type:int
Reciprocal 6 x>x
ReduceL1 1 x>x axes:ints keepdims:int
ReduceL1 18 x?>x keepdims:int noop_with_empty_axes:int
ReduceL2 1 x>x axes:ints keepdims:int
ReduceL2 18 x?>x keepdims:int noop_with_empty_axes:int
ReduceLogSum 1 x>x axes:ints keepdims:int
ReduceLogSum 18 x?>x keepdims:int noop_with_empty_axes:int
ReduceLogSumExp 1 x>x axes:ints keepdims:int
ReduceLogSumExp 18 x?>x keepdims:int noop_with_empty_axes:int
ReduceMax 1 x>x axes:ints keepdims:int
ReduceMax 18 x?>x keepdims:int noop_with_empty_axes:int
ReduceMean 1 x>x axes:ints keepdims:int
ReduceMean 18 x?>x keepdims:int noop_with_empty_axes:int
ReduceMin 1 x>x axes:ints keepdims:int
ReduceMin 18 x?>x keepdims:int noop_with_empty_axes:int
ReduceProd 1 x>x axes:ints keepdims:int
ReduceProd 18 x?>x keepdims:int noop_with_empty_axes:int
ReduceSum 1 x>x axes:ints keepdims:int
ReduceSum 13 x?>x keepdims:int noop_with_empty_axes:int
ReduceSumSquare 1 x>x axes:ints keepdims:int
ReduceSumSquare 18 x?>x keepdims:int noop_with_empty_axes:int
RegexFullMatch 20 x>x pattern:string
Relu 6 x>x
Reshape 5 xx>x
Reshape 14 xx>x allowzero:int
Resize 10 xx>x mode:string
Resize 11 xxx?>x coordinate_transformation_mode:string cubic_coeff_a:float exclude_outside:int extrapolation_value:float mode:string nearest_mode:string
Resize 13 x???>x coordinate_transformation_mode:string cubic_coeff_a:float exclude_outside:int extrapolation_value:float mode:string nearest_mode:string
Resize 18 x???>x antialias:int axes:ints coordinate_transformation_mode:string cubic_coeff_a:float exclude_outside:int extrapolation_value:float keep_aspect_ratio_policy:string mode:string nearest_mode:string
ReverseSequence 10 xx>x batch_axis:int time_axis:int
RoiAlign 10 xxx>x mode:string output_height:int output_width:int sampling_ratio:int spatial_scale:float
RoiAlign 16 xxx>x coordinate_transformation_mode:string mode:string output_height:int output_width:int sampling_ratio:int spatial_scale:float
RotaryEmbedding 23 xxx?>x interleaved:int num_heads:int rotary_embedding_dim:int
Round 11 x>x
STFT 17 xx??>x onesided:int
Scan 8 ?+>+ body!:graph directions:ints num_scan_inputs!:int
Scan 9 +>+ body!:graph num_scan_inputs!:int scan_input_axes:ints scan_input_directions:ints scan_output_axes:ints scan_output_directions:ints
Scatter 9 xxx>x axis:int
Scatter 11 gone
ScatterElements 11 xxx>x axis:int
ScatterElements 16 xxx>x axis:int reduction:string
ScatterND 11 xxx>x
ScatterND 16 xxx>x reduction:string
Selu 6 x>x alpha:float gamma:float
SequenceAt 11 xx>x
SequenceConstruct 11 +>x
SequenceEmpty 11 >x dtype:int
SequenceErase 11 x?>x
SequenceInsert 11 xx?>x
SequenceLength 11 x>x
SequenceMap 17 x*>+ body!:graph
Shape 1 x>x
Shape 15 x>x end:int start:int
Shrink 9 x>x bias:float lambd:float
Sigmoid 6 x>x
Sign 9 x>x
Sin 7 x>x
Sinh 9 x>x
Size 1 x>x
Slice 1 x>x axes:ints ends!:ints starts!:ints
Slice 10 xxx??>x
Softmax 1 x>x axis:int
SoftmaxCrossEntropyLoss 12 xx?>x? ignore_index:int reduction:string
Softplus 1 x>x
Softsign 1 x>x
SpaceToDepth 1 x>x blocksize!:int
SpaceToDepth 28 x>x blocksize!:int mode:string
Split 2 x>+ axis:int split:ints
Split 13 x?>+ axis:int
Split 18 x?>+ axis:int num_outputs:int
SplitToSequence 11 x?>x axis:int keepdims:int
Sqrt 6 x>x
Squeeze 1 x>x axes:ints
Squeeze 13 x?>x
StringConcat 20 xx>x
StringNormalizer 10 x>x case_change_action:string is_case_sensitive:int locale:string stopwords:strings
StringSplit 20 x>xx delimiter:string maxsplit:int
Sub 7 xx>x
Sum 6 +>x
SwiGLU 28 xx>x alpha:float
Swish 24 x>x alpha:float
Tan 7 x>x
Tanh 6 x>x
TensorScatter 24 xx?>x axis:int mode:string
TfIdfVectorizer 9 x>x max_gram_length!:int max_skip_count!:int min_gram_length!:int mode!:string ngram_counts!:ints ngram_indexes!:ints pool_int64s:ints pool_strings:strings weights:floats
ThresholdedRelu 10 x>x alpha:float
Tile 6 xx>x
TopK 1 x>xx axis:int k!:int
TopK 10 xx>xx axis:int
TopK 11 xx>xx axis:int largest:int sorted:int
Transpose 1 x>x perm:ints
Trilu 14 x?>x upper:int
Unique 11 x>x??? axis:int sorted:int
Unsqueeze 1 x>x axes!:ints
Unsqueeze 13 xx>x
Upsample 7 x>x mode:string scales!:floats
Upsample 9 xx>x mode:string
Upsample 10 gone
Where 9 xxx>x
Xor 7 xx>x
`;

/** Versions 1 to 5. */
export const AI_ONNX_ML = `
ArrayFeatureExtractor 1 xx>x
Binarizer 1 x>x threshold:float
CastMap 1 x>x cast_to:string map_form:string max_map:int
CategoryMapper 1 x>x cats_int64s:ints cats_strings:strings default_int64:int default_string:string
DictVectorizer 1 x>x int64_vocabulary:ints string_vocabulary:strings
FeatureVectorizer 1 +>x inputdimensions:ints
Imputer 1 x>x imputed_value_floats:floats imputed_value_int64s:ints replaced_value_float:float replaced_value_int64:int
LabelEncoder 1 x>x classes_strings:strings default_int64:int default_string:string
LabelEncoder 2 x>x default_float:float default_int64:int default_string:string keys_floats:floats keys_int64s:ints keys_strings:strings values_floats:floats values_int64s:ints values_strings:strings
LabelEncoder 4 x>x default_float:float default_int64:int default_string:string default_tensor:tensor keys_floats:floats keys_int64s:ints keys_strings:strings keys_tensor:tensor values_floats:floats values_int64s:ints values_strings:strings values_tensor:tensor
LinearClassifier 1 x>xx classlabels_ints:ints classlabels_strings:strings coefficients!:floats intercepts:floats multi_class:int post_transform:string
LinearRegressor 1 x>x coefficients:floats intercepts:floats post_transform:string targets:int
Normalizer 1 x>x norm:string
OneHotEncoder 1 x>x cats_int64s:ints cats_strings:strings zeros:int
SVMClassifier 1 x>xx classlabels_ints:ints classlabels_strings:strings coefficients:floats kernel_params:floats kernel_type:string post_transform:string prob_a:floats prob_b:floats rho:floats support_vectors:floats vectors_per_class:ints
SVMRegressor 1 x>x coefficients:floats kernel_params:floats kernel_type:string n_supports:int one_class:int post_transform:string rho:floats support_vectors:floats
Scaler 1 x>x offset:floats scale:floats
TreeEnsemble 5 x>x aggregate_function:int leaf_targetids!:ints leaf_weights!:tensor membership_values:tensor n_targets:int nodes_falseleafs!:ints nodes_falsenodeids!:ints nodes_featureids!:ints nodes_hitrates:tensor nodes_missing_value_tracks_true:ints nodes_modes!:tensor nodes_splits!:tensor nodes_trueleafs!:ints nodes_truenodeids!:ints post_transform:int tree_roots!:ints
TreeEnsembleClassifier 1 x>xx base_values:floats class_ids:ints class_nodeids:ints class_treeids:ints class_weights:floats classlabels_int64s:ints classlabels_strings:strings nodes_falsenodeids:ints nodes_featureids:ints nodes_hitrates:floats nodes_missing_value_tracks_true:ints nodes_modes:strings nodes_nodeids:ints nodes_treeids:ints nodes_truenodeids:ints nodes_values:floats post_transform:string
TreeEnsembleClassifier 3 x>xx base_values:floats base_values_as_tensor:tensor class_ids:ints class_nodeids:ints class_treeids:ints class_weights:floats class_weights_as_tensor:tensor classlabels_int64s:ints classlabels_strings:strings nodes_falsenodeids:ints nodes_featureids:ints nodes_hitrates:floats nodes_hitrates_as_tensor:tensor nodes_missing_value_tracks_true:ints nodes_modes:strings nodes_nodeids:ints nodes_treeids:ints nodes_truenodeids:ints nodes_values:floats nodes_values_as_tensor:tensor post_transform:string
TreeEnsembleClassifier 5 gone
TreeEnsembleRegressor 1 x>x aggregate_function:string base_values:floats n_targets:int nodes_falsenodeids:ints nodes_featureids:ints nodes_hitrates:floats nodes_missing_value_tracks_true:ints nodes_modes:strings nodes_nodeids:ints nodes_treeids:ints nodes_truenodeids:ints nodes_values:floats post_transform:string target_ids:ints target_nodeids:ints target_treeids:ints target_weights:floats
TreeEnsembleRegressor 3 x>x aggregate_function:string base_values:floats base_values_as_tensor:tensor n_targets:int nodes_falsenodeids:ints nodes_featureids:ints nodes_hitrates:floats nodes_hitrates_as_tensor:tensor nodes_missing_value_tracks_true:ints nodes_modes:strings nodes_nodeids:ints nodes_treeids:ints nodes_truenodeids:ints nodes_values:floats nodes_values_as_tensor:tensor post_transform:string target_ids:ints target_nodeids:ints target_treeids:ints target_weights:floats target_weights_as_tensor:tensor
TreeEnsembleRegressor 5 gone
ZipMap 1 x>x classlabels_int64s:ints classlabels_strings:strings
`;
