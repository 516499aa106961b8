package schema

// The metadata of a .tflite file are a flatbuffer within it, of metadata_schema.fbs: the content of the buffer that the entry of this
// name in the file's own list of metadata refers to.
const (
	MetadataEntry      = "TFLITE_METADATA"
	MetadataIdentifier = "M001"
)

// UnknownEntry is the entry of a model that was taught to tell "none of these". Package tflite says what its buffer holds.
const UnknownEntry = "DEPTHWISE_NONE_OF_THESE"

// Fields of the tables of metadata_schema.fbs, in its order.
const (
	ModelMetadataName        = 0
	ModelMetadataDescription = 1
	ModelMetadataVersion     = 2
	ModelMetadataSubgraphs   = 3
	ModelMetadataAuthor      = 4
	ModelMetadataLicense     = 5
	ModelMetadataFiles       = 6
	ModelMetadataParser      = 7 // the least version of a program that understands all that is said
	ModelMetadataFields      = 8

	SubgraphMetadataInputs  = 2
	SubgraphMetadataOutputs = 3
	SubgraphMetadataFields  = 4

	TensorMetadataName         = 0
	TensorMetadataDescription  = 1
	TensorMetadataContent      = 3
	TensorMetadataProcessUnits = 4
	TensorMetadataStats        = 5
	TensorMetadataFiles        = 6
	TensorMetadataFields       = 7

	ContentType       = 0
	ContentProperties = 1
	ContentFields     = 2

	ImageColorSpace = 0
	ImageFields     = 1

	ProcessUnitType    = 0
	ProcessUnitOptions = 1
	ProcessUnitFields  = 2

	NormalizationMean   = 0
	NormalizationStd    = 1
	NormalizationFields = 2

	StatsMax    = 0
	StatsMin    = 1
	StatsFields = 2

	AssociatedFileName        = 0
	AssociatedFileDescription = 1
	AssociatedFileType        = 2
	AssociatedFileLocale      = 3
	AssociatedFileFields      = 4
)

// Values of metadata_schema.fbs: which table a union holds, and enumerations.
const (
	ContentFeature       = 1
	ContentImage         = 2
	ColorRGB             = 1
	ColorGrayscale       = 2
	ProcessNormalization = 1
	TensorAxisLabels     = 2
	LeastParserVersion   = "1.0.0"
)
