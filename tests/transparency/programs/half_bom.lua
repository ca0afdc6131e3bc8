ï»print("half a bom")
